import type { Verb } from "../execution";

/** Declines a call that still rings; a call that was answered is hung up instead. */
export const reject: Verb = (run, element) =>
  Promise.resolve(
    run.call.status === "ringing"
      ? { kind: "reject", reason: element.attributes.reason === "busy" ? "busy" : "rejected" }
      : { kind: "hangup" },
  );
