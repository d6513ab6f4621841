import { unprocessable } from "@/lib/errors";
import { phoneField } from "@/lib/http/fields";

/** A number as somebody wrote it into an address, in E.164. Throws 422 not_a_number. */
export function e164(dialled: string): string {
  const parsed = phoneField.safeParse(dialled);
  if (!parsed.success) throw unprocessable("not_a_number", "Write the number with its country code.", { dialled });
  return parsed.data;
}
