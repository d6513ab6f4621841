import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { instant, pathId, text } from "@/lib/http/fields";
import { languageField, skillsField } from "./queues.schemas";

const menuFacts = {
  name: text(80),
  language: languageField,
  prompt: text(1_000),
  invalidText: text(500),
  timeoutSeconds: z.int().min(1).max(30),
  repeats: z.int().min(0).max(5).describe("before the default queue takes the call"),
  defaultQueueId: pathId,
  options: z
    .array(
      z.strictObject({
        digit: z
          .string()
          .max(1)
          .regex(/^[0-9*#]$/, "one key: 0 to 9, * or #"),
        label: text(80),
        queueId: pathId,
        skills: skillsField,
        language: languageField.nullable().default(null).describe("what the caller is spoken to in from then on"),
      }),
    )
    .min(1)
    .max(12)
    .refine((options) => new Set(options.map(({ digit }) => digit)).size === options.length, "each key once"),
};
export const menuSchema = z.strictObject({
  menuId: z.string(),
  ...menuFacts,
  options: z.array(
    z.strictObject({
      ...{ digit: z.string(), label: z.string(), queueId: z.string(), skills: z.array(z.string()) },
      language: z.string().nullable(),
    }),
  ),
});
export type MenuView = z.infer<typeof menuSchema>;

export const listMenus = contract({
  method: "GET",
  path: "/api/settings/menus",
  summary: "Menus that numbers can lead to",
  access: staff,
  response: z.strictObject({ menus: z.array(menuSchema) }),
});

export const createMenu = contract({
  method: "POST",
  path: "/api/settings/menus",
  summary: "Make a menu",
  access: staff,
  body: z.strictObject(menuFacts),
  response: menuSchema,
});

export const changeMenu = contract({
  method: "PUT",
  path: "/api/settings/menus/{menuId}",
  summary: "Change a menu as a whole; callers in it hear the new one from their next key on",
  access: staff,
  params: z.strictObject({ menuId: pathId }),
  body: z.strictObject(menuFacts),
  response: menuSchema,
});

export const deleteMenu = contract({
  method: "DELETE",
  path: "/api/settings/menus/{menuId}",
  summary: "Delete a menu; refused while a number leads to it",
  access: staff,
  params: z.strictObject({ menuId: pathId }),
  response: z.strictObject({ success: z.literal(true) }),
});

const numberParams = z.strictObject({ number: pathId.describe("as dialled, with its country code") });
export const numberSchema = z.strictObject({
  number: z.string(),
  label: z.string(),
  queueId: z.string().nullable(),
  menuId: z.string().nullable(),
  language: z.string().nullable().describe("what its callers are spoken to in; null: the queue's language"),
});
export type NumberView = z.infer<typeof numberSchema>;

export const listNumbers = contract({
  method: "GET",
  path: "/api/settings/numbers",
  summary: "Where dialled numbers lead; others lead to the first queue",
  access: staff,
  response: z.strictObject({ numbers: z.array(numberSchema) }),
});

export const putNumber = contract({
  method: "PUT",
  path: "/api/settings/numbers/{number}",
  summary: "Lead a number to a queue or a menu",
  access: staff,
  params: numberParams,
  body: z
    .strictObject({
      ...{ label: text(80), queueId: pathId.optional(), menuId: pathId.optional() },
      language: languageField.nullable().optional(),
    })
    .refine((body) => (body.queueId === undefined) !== (body.menuId === undefined), "name either queueId or menuId"),
  response: numberSchema,
});

export const deleteNumber = contract({
  method: "DELETE",
  path: "/api/settings/numbers/{number}",
  summary: "Forget a number: it leads to the first queue again",
  access: staff,
  params: numberParams,
  response: z.strictObject({ success: z.literal(true) }),
});

export const vipSchema = z.strictObject({
  number: z.string(),
  label: z.string(),
  addedBy: z.string(),
  addedAt: instant,
});
export type VipView = z.infer<typeof vipSchema>;

export const listVips = contract({
  method: "GET",
  path: "/api/settings/vips",
  summary: "Callers who get the VIP head start, newest first",
  access: staff,
  response: z.strictObject({ vips: z.array(vipSchema) }),
});

export const putVip = contract({
  method: "PUT",
  path: "/api/settings/vips/{number}",
  summary: "Put a caller on the VIP list, or change what it says of them; counts from their next call on",
  access: staff,
  params: numberParams,
  body: z.strictObject({ label: text(80) }),
  response: vipSchema,
});

export const deleteVip = contract({
  method: "DELETE",
  path: "/api/settings/vips/{number}",
  summary: "Take a caller off the VIP list",
  access: staff,
  params: numberParams,
  response: z.strictObject({ success: z.literal(true) }),
});

export const callEntryContracts = [
  listMenus,
  createMenu,
  changeMenu,
  deleteMenu,
  listNumbers,
  putNumber,
  deleteNumber,
  listVips,
  putVip,
  deleteVip,
];
