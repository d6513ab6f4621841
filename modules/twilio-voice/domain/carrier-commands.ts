/** The queue writes the commands, this module runs them. */
export {
  backoffSeconds,
  type CarrierCommand,
  type CommandKick,
  type CommandKind,
  type CommandPayloads,
} from "@/modules/call-queue/domain/carrier-commands";
