import { parsePhoneNumberFromString } from "libphonenumber-js";
import { cn } from "@/components/cn";

/** A number as people read it: (555) 010-0100 within North America, +49 30 123456 elsewhere. Hidden numbers say so. */
export function formatPhone(number: string): string {
  if (number === "" || /anonymous|restricted|unavailable/i.test(number)) return "Hidden number";
  if (number.startsWith("client:")) return "Softphone";
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return number;
  return parsed.countryCallingCode === "1" ? parsed.formatNational() : parsed.formatInternational();
}

export function PhoneNumber({ number, className }: { number: string; className?: string }) {
  return (
    <span title={number} className={cn("whitespace-nowrap tabular-nums", className)}>
      {formatPhone(number)}
    </span>
  );
}
