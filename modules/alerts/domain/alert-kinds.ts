export type Severity = "info" | "warning" | "critical";

/** Details of an alert: figures, short words and names of shared things, never a caller's number or a person's text. */
export type AlertDetails = Readonly<Record<string, string | number | boolean | null>>;

interface AlertKind {
  severity: Severity;
  /**
   * Seconds without a repeat after which the episode counts as over. Null: it lasts until whoever raised it finds that
   * it is over.
   */
  quietSeconds: number | null;
  /** What happened, in one sentence. */
  title(subject: string, details: AlertDetails): string;
  /** What a manager can do about it. */
  advice: string;
  /** Where what it is about can be seen. */
  href?: (subject: string) => string;
}

const HOUR = 3_600;

const figure = (value: AlertDetails[string] | undefined): string => Number(value).toLocaleString("en");

export interface AlertWords {
  title: string;
  advice: string;
  href: string | null;
}

const healed: Readonly<Record<string, string>> = {
  caller_gone: "a caller had hung up and nobody had told us",
  caller_out_of_line: "a waiting caller had dropped out of the carrier's queue",
  never_connected: "a caller never arrived at the agent",
  participant_gone: "somebody who took part in a call had hung up",
  still_in_line: "a caller stood in the carrier's queue although they counted as talking",
  agent_gone: "an agent's line had ended in mid-call and nobody had told us",
  ring_without_offer: "a phone rang for an offer that was over",
  slot_held: "an agent was held by a call that was over",
  callback_lost: "a callback stood in line although its turn was over",
  recording_untold: "the recording of a conversation was ready and nobody had told us",
  message_untold: "a caller had left a message and nobody had told us",
  transcription_untold: "a message was to be written down and nobody told us how that went",
  line_without_row: "a caller was in the carrier's queue without a place in ours",
};

/** Everything that can be alerted, with what it means; kinds are stable, texts may be reworded. */
export const ALERT_KINDS = {
  carrier_circuit_open: {
    severity: "critical",
    quietSeconds: null,
    title: () => "The telephone carrier does not answer our requests",
    advice: "No phone can be rung until it does; callers are told and keep their place. It goes on by itself.",
  },
  carrier_command_failed: {
    severity: "warning",
    quietSeconds: HOUR,
    title: (subject) => `The carrier would not carry out an order (${subject.replaceAll("_", " ")})`,
    advice:
      "The call concerned was compared with the carrier and set right. Many of these are worth a look at the log.",
  },
  row_healed: {
    severity: "warning",
    quietSeconds: HOUR,
    title: (subject) => `A call had to be set right: ${healed[subject] ?? subject.replaceAll("_", " ")}`,
    advice:
      "A message of the carrier never came. One now and then is normal; many say that messages do not get through.",
  },
  webhook_signature: {
    severity: "warning",
    quietSeconds: HOUR,
    title: () => "Requests came that claim to be the carrier's and are not signed by it",
    advice: "Check that the carrier's token and the public address are right; otherwise somebody is trying the door.",
  },
  worker_silent: {
    severity: "critical",
    quietSeconds: null,
    title: () => "The background worker has not been heard of",
    advice: "Calls still move when something happens to them, slower. Start the worker again.",
  },
  dispatch_late: {
    severity: "critical",
    quietSeconds: 60,
    title: (subject, { waitingSeconds }) =>
      `A caller in ${subject} waits although an agent is ready${waitingSeconds === undefined ? "" : ` (${String(waitingSeconds)} s)`}`,
    advice: "Calls are not being dispatched as they should. Look at the worker and the database.",
  },
  queue_long: {
    severity: "warning",
    quietSeconds: 120,
    title: (subject, { waiting }) => `${String(waiting ?? "Many")} callers wait in ${subject}`,
    advice: "Ask for more agents, or open another way for callers.",
  },
  search_matches: {
    severity: "warning",
    quietSeconds: null,
    title: (_subject, { name, count, isEstimate, moreThan, forMinutes }) =>
      `${isEstimate === true ? "About " : ""}${figure(count)} leads match “${String(name)}”: more than ${figure(moreThan)}` +
      (forMinutes === 0 ? "" : ` for ${forMinutes === 1 ? "a minute" : `${String(forMinutes)} minutes`}`),
    advice: "Somebody asked to be told when it is so. It goes by itself once fewer match.",
    href: (subject) => `/leads?view=${subject}`,
  },
  flag_harm: {
    severity: "critical",
    quietSeconds: 12 * HOUR,
    title: (subject, { of, points }) =>
      `${subject} was switched off by its rule: with it, ${of === "abandonment" ? "more callers hung up" : "fewer calls were answered in time"} (${String(points)} points)`,
    advice: "New calls go without it. Look at both sides on the page of features before it is switched on again.",
    href: () => "/settings/flags",
  },
  audit_seal_broken: {
    severity: "critical",
    quietSeconds: null,
    title: () => "The audit log has been altered behind the product's back",
    advice: "The chain of seals breaks at the row named here. Keep the database as it is and have it examined.",
  },
} as const satisfies Readonly<Record<string, AlertKind>>;

export type AlertKindName = keyof typeof ALERT_KINDS;

/** Why a row had to be healed. */
export type HealKind =
  | "caller_gone"
  | "caller_out_of_line"
  | "never_connected"
  | "participant_gone"
  | "still_in_line"
  | "agent_gone"
  | "ring_without_offer"
  | "slot_held"
  | "callback_lost"
  | "recording_untold"
  | "message_untold"
  | "transcription_untold"
  | "line_without_row";

function kindOf(kind: string): AlertKind | undefined {
  return Object.hasOwn(ALERT_KINDS, kind) ? ALERT_KINDS[kind as AlertKindName] : undefined;
}

/** The words for an alert; one of a kind that this version does not know any more keeps its name. */
export function describeAlert(kind: string, subject: string, details: AlertDetails): AlertWords {
  const known = kindOf(kind);
  if (!known) return { title: `${kind.replaceAll("_", " ")}: ${subject}`, advice: "", href: null };
  return { title: known.title(subject, details), advice: known.advice, href: known.href?.(subject) ?? null };
}

/** Kinds whose episodes end by themselves, with the seconds of quiet that it takes. */
export function quietTimes(): { kind: string; seconds: number }[] {
  return Object.keys(ALERT_KINDS).flatMap((kind) => {
    const seconds = kindOf(kind)?.quietSeconds ?? null;
    return seconds === null ? [] : [{ kind, seconds }];
  });
}
