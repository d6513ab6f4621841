import { parsePhoneNumberFromString } from "libphonenumber-js";
import { formatPhone } from "@/modules/call-queue/components/phone-number";

export interface PhoneFacts {
  /** As people read it. */
  text: string;
  /** Two letters; empty where it cannot be told. */
  country: string;
  callingCode: string;
}

const MOST_PHONES = 20_000;
const known = new Map<string, PhoneFacts>();

/** What a phone number shows in its cells. Parsing one takes longer than drawing its row. */
export function phoneFacts(phone: string): PhoneFacts {
  const before = known.get(phone);
  if (before) return before;
  if (known.size >= MOST_PHONES) known.clear();
  const parsed = parsePhoneNumberFromString(phone);
  const facts = {
    text: formatPhone(phone),
    country: parsed?.country ?? "",
    callingCode: `+${parsed?.countryCallingCode ?? ""}`,
  };
  known.set(phone, facts);
  return facts;
}
