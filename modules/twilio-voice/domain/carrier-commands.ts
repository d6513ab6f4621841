/** The queue writes the commands, this module runs them. */
export {
  backoffSeconds,
  type CarrierCommand,
  type CommandKick,
  type CommandKind,
  type CommandPayloads,
  type FinishedCommand,
} from "@/modules/call-queue/domain/carrier-commands";

/** How one attempt went: done, no longer wanted, or to be looked at again in a moment. */
export type CommandOutcome = { kind: "done" } | { kind: "moot" } | { kind: "again"; seconds: number };
