/** Why a call out came to nobody, in the order in which it may go wrong. */
export const NOT_REACHED_REASONS = [
  /** The carrier does not let this number be shown. */
  "shown_number_refused",
  /** The carrier says that this number cannot be called: there is none such, or the account may not. */
  "number_refused",
  /** The account may not call this country. */
  "country_refused",
  /** Refused for a reason of the carrier's own. */
  "dial_refused",
  /** The order to dial did not get through. */
  "carrier_away",
  "customer_unreachable",
  "customer_busy",
  "customer_no_answer",
] as const;
export type NotReachedReason = (typeof NOT_REACHED_REASONS)[number];

export const isNotReachedReason = (reason: string): reason is NotReachedReason =>
  (NOT_REACHED_REASONS as readonly string[]).includes(reason);

/** Why the carrier would not dial. `code`: its own number for it; undefined when it gave none. */
export interface DialRefusal {
  refused: boolean;
  code: number | undefined;
}

/** The carrier's numbers (Twilio's error dictionary) that say which part of an order to dial is at fault. */
const BY_CODE: Readonly<Record<number, NotReachedReason>> = {
  21_210: "shown_number_refused",
  21_212: "shown_number_refused",
  21_213: "shown_number_refused",
  21_211: "number_refused",
  21_214: "number_refused",
  21_216: "number_refused",
  21_217: "number_refused",
  21_219: "number_refused",
  13_223: "number_refused",
  13_224: "number_refused",
  13_225: "number_refused",
  21_215: "country_refused",
  13_227: "country_refused",
};

/** What an order to dial that was given up means to the agent who waits. */
export function reasonOfRefusal({ refused, code }: DialRefusal): NotReachedReason {
  if (!refused) return "carrier_away";
  return (code === undefined ? undefined : BY_CODE[code]) ?? "dial_refused";
}
