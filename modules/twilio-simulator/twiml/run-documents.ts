import type { Call } from "../engine/call";
import type { Carrier } from "../engine/carrier";
import type { DocumentRunner } from "../engine/document-runner";
import type { DocumentRequest, FlowEnd, FlowMode } from "../engine/documents";
import { warnAboutUnknown } from "./check";
import { NEXT, type Execution, type VerbOutcome } from "./execution";
import { fetchDocument } from "./fetch-document";
import { allowedIn, isVerb } from "./grammar";
import type { TwimlElement } from "./parse";
import { VERB_TABLE } from "./verb-table";

/** Documents one run may go through by Redirect and actions: four hours of a menu that asks every two seconds. */
const MOST_DOCUMENTS = 8_000;

/** Verbs that do not answer a call that still rings. */
const BEFORE_ANSWER = new Set(["Reject", "Redirect", "Pause"]);

/** Runs documents verb by verb. */
export class TwimlRunner implements DocumentRunner {
  private readonly carrier: Carrier;

  constructor(carrier: Carrier) {
    this.carrier = carrier;
  }

  async run(call: Call, first: DocumentRequest, mode: FlowMode, signal: AbortSignal): Promise<FlowEnd> {
    let request = first;
    for (let count = 0; count < MOST_DOCUMENTS; count += 1) {
      const document = await fetchDocument(this.carrier, call, request, signal);
      if (document.kind === "stopped" || signal.aborted) return { kind: "stopped" };
      if (document.kind === "failed") return { kind: "failed", message: document.message };
      warnAboutUnknown(this.carrier.journal, document.verbs, call.sid, document.url ?? "");
      // An inline document has no address of its own; relative URLs in it stay relative to nothing.
      const run: Execution = { carrier: this.carrier, runner: this, call, mode, signal, documentUrl: document.url };
      const outcome = await this.runVerbs(run, document.verbs);
      if (signal.aborted) return { kind: "stopped" };
      if (outcome.kind === "next") return { kind: "ended" };
      if (outcome.kind !== "document") return outcome;
      request = outcome.request;
    }
    this.carrier.journal.warn(12_000, `More than ${MOST_DOCUMENTS} documents in one go: the call is ended`, call.sid);
    return { kind: "failed", message: "too many documents" };
  }

  private async runVerbs(run: Execution, verbs: readonly TwimlElement[]): Promise<VerbOutcome> {
    for (const element of verbs) {
      if (run.signal.aborted) return NEXT;
      const { name } = element;
      if (!isVerb(name)) continue;
      if (!allowedIn(run.mode, name)) {
        run.carrier.journal.warn(
          13_238,
          `<${name}> is not allowed in this document (${run.mode})`,
          run.call.sid,
          run.documentUrl ?? undefined,
        );
        continue;
      }
      answerFor(run, element);
      try {
        const outcome = await VERB_TABLE[name](run, element);
        if (outcome.kind !== "next") return outcome;
      } catch (error) {
        run.carrier.log.error({ err: error, callSid: run.call.sid, verb: name }, "a verb failed");
        run.carrier.journal.warn(
          13_000,
          `<${name}> failed: ${error instanceof Error ? error.message : String(error)}`,
          run.call.sid,
        );
      }
    }
    return NEXT;
  }
}

/** The first verb that needs a call that is up answers it; Dial with answerOnBridge leaves that to the bridge. */
function answerFor(run: Execution, element: TwimlElement): void {
  if (run.call.status !== "ringing" || run.call.direction !== "inbound") return;
  if (BEFORE_ANSWER.has(element.name)) return;
  const waitsForBridge = element.name === "Dial" && element.attributes.answerOnBridge === "true";
  const rings = element.children.some((child) => child.name === "Number" || child.name === "Client");
  if (waitsForBridge && rings) return;
  run.call.advance("in-progress");
}
