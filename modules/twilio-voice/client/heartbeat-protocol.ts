import type { DeviceReport } from "@/modules/agents/schemas";
import type { ChosenStatus } from "./phone-state";

/** The body of POST /api/agent-heartbeat as this softphone sends it. */
export interface BeatReport {
  agentId: string;
  clientId: string;
  choiceId: string;
  currentStatus: ChosenStatus;
  deviceConnected: boolean;
  device: DeviceReport;
  takeOver?: boolean;
}

/** Page to worker. */
export type ToWorker =
  /** Something changed: beat at once with this. */
  | { kind: "report"; report: BeatReport }
  /** The answer to "pulse": the page is awake, and this is how things stand. */
  | { kind: "alive"; report: BeatReport }
  | { kind: "retry_now" }
  | { kind: "stop" };

/** Worker to page. */
export type FromWorker =
  | { kind: "pulse" }
  | { kind: "answer"; body: unknown; choiceId: string }
  | { kind: "refused"; status: number; choiceId: string }
  | { kind: "failed" };
