import { z } from "zod";
import { contract, everyone, staff } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";
import { readinessIssueSchema, sessionSchema } from "./schemas";

export const presenceSettingsSchema = z.strictObject({
  missedRingsReturn: z
    .enum(["by_hand", "when_proven"])
    .describe(
      "by_hand: an agent set away after missed rings says when they are back; when_proven: a passed test does too",
    ),
  updatedBy: z.string().nullable(),
  updatedAt: instant.nullable(),
});
export type PresenceSettingsView = z.infer<typeof presenceSettingsSchema>;

export const readPresenceSettings = contract({
  method: "GET",
  path: "/api/settings/presence",
  summary: "How agents come back who were set to away after missed rings",
  access: staff,
  response: presenceSettingsSchema,
});

export const changePresenceSettings = contract({
  method: "PUT",
  path: "/api/settings/presence",
  summary: "Change how agents come back who were set to away after missed rings",
  access: staff,
  body: presenceSettingsSchema.pick({ missedRingsReturn: true }),
  response: presenceSettingsSchema,
});

export const reportDeviceTest = contract({
  method: "POST",
  path: "/api/agent-device-test",
  summary: "An agent has tested their phone: a test that passes clears what rings had told against it",
  access: everyone,
  body: z.strictObject({
    /** Opaque, new for each test: reporting one again changes nothing. */
    testId: z.string().min(1).max(64),
    passed: z.boolean(),
    problems: z.array(z.string().max(60)).max(20).optional(),
  }),
  response: z.strictObject({
    session: sessionSchema,
    /** The test brought an agent back who had been set to away after missed rings. */
    returned: z.boolean(),
    /** Each problem that was reported, in words. */
    findings: z.array(readinessIssueSchema.pick({ code: true, message: true, remedy: true, blocking: true })),
  }),
});

export const presenceContracts = [readPresenceSettings, changePresenceSettings, reportDeviceTest];
