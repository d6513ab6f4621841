import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant, pathId, text } from "@/lib/http/fields";

/** Numbers that one answer lists. */
export const MOST_LISTED = 200;

const numberParams = z.strictObject({ number: pathId.describe("with its country code") });
const gone = z.strictObject({ success: z.literal(true) });

export const doNotCallSchema = z.strictObject({
  number: z.string(),
  reason: z.string(),
  addedBy: z.string(),
  addedAt: instant,
});
export type DoNotCallView = z.infer<typeof doNotCallSchema>;

export const listDoNotCall = contract({
  method: "GET",
  path: "/api/settings/do-not-call",
  summary: `Numbers that must not be called, newest first, ${MOST_LISTED} at most; leads with that disposition are not among them`,
  access: staff,
  query: z.strictObject({ search: z.string().trim().max(40).optional().describe("digits that the number holds") }),
  response: z.strictObject({ numbers: z.array(doNotCallSchema), total: z.int().describe("of all, found or not") }),
});

export const putDoNotCall = contract({
  method: "PUT",
  path: "/api/settings/do-not-call/{number}",
  summary: "Refuse every call to a number from now on, callbacks that stand in line included, or change the reason",
  access: staff,
  params: numberParams,
  body: z.strictObject({ reason: text(200) }),
  response: doNotCallSchema,
});

export const deleteDoNotCall = contract({
  method: "DELETE",
  path: "/api/settings/do-not-call/{number}",
  summary: "Allow calls to a number again",
  access: staff,
  params: numberParams,
  response: gone,
});

export const callerIdSchema = z.strictObject({ number: z.string(), label: z.string() });
export type CallerIdView = z.infer<typeof callerIdSchema>;

export const putCallerId = contract({
  method: "PUT",
  path: "/api/settings/caller-ids/{number}",
  summary: "Let calls out show a number of the house, or change what it is called",
  access: staff,
  params: numberParams,
  body: z.strictObject({ label: text(80) }),
  response: callerIdSchema,
});

export const deleteCallerId = contract({
  method: "DELETE",
  path: "/api/settings/caller-ids/{number}",
  summary: "Show a number no more; who shows it by default shows the house's",
  access: staff,
  params: numberParams,
  response: gone,
});

export const callOutContracts = [listDoNotCall, putDoNotCall, deleteDoNotCall, putCallerId, deleteCallerId];
