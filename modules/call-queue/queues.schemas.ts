import { z } from "zod";
import { contract, staff } from "@/lib/http/contract";
import { emailField, instant, pathId, phoneField, text } from "@/lib/http/fields";
import { OUTBOUND_MACHINE } from "./domain/answering-machines";
import { CALL_STRATEGIES } from "./domain/agent-choice-names";
import { EXIT_OCCASIONS } from "./domain/queue-exits";
import { LONGEST_WEIGHT_SECONDS } from "./domain/priority";

const MOST_MEMBERS = 1_000;
const MOST_SKILLS = 20;
const DAY_SECONDS = 86_400;

const seconds = (min: number, max: number) => z.int().min(min).max(max);
const skill = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}:_-]{0,39}$/u,
    "a skill is one word of letters, digits, colons and hyphens, 40 at most",
  );
export const skillsField = z
  .array(skill)
  .max(MOST_SKILLS)
  .transform((skills) => [...new Set(skills)].toSorted());
export const languageField = z.string().regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, "write a language like en-US");
const message = z.string().trim().max(1_000).describe("spoken first; empty: the announcement that belongs to it");

const exit = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("message"), message }),
  z.strictObject({ kind: z.literal("voicemail"), message }),
  z.strictObject({ kind: z.literal("callback"), message }),
  z.strictObject({ kind: z.literal("number"), message, number: phoneField }),
  z.strictObject({ kind: z.literal("queue"), queueId: pathId }),
]);
export type ExitSetting = z.output<typeof exit>;

const exitView = z.strictObject({
  kind: z.enum(["message", "voicemail", "callback", "number", "queue"]),
  message: z.string(),
  number: z.string().nullable(),
  queueId: z.string().nullable(),
});

/** Settings that a queue has, each with its bounds; named alike in requests and answers. */
const facts = {
  name: text(80),
  strategy: z.enum(CALL_STRATEGIES),
  language: languageField.describe("what callers are spoken to in, unless their number or menu says otherwise"),
  requiredSkills: skillsField,
  preferredSkills: skillsField,
  stickyDays: z.int().min(0).max(365).describe("callers go to whom they spoke with in the last so many days; 0: not"),
  stickyWaitSeconds: seconds(0, 600).describe("how long a caller is kept for that agent while they are busy"),
  levelWaitSeconds: seconds(0, 600).describe("waiting after which the next level of agents is asked too"),
  highWeightSeconds: seconds(0, LONGEST_WEIGHT_SECONDS),
  urgentWeightSeconds: seconds(0, LONGEST_WEIGHT_SECONDS),
  vipWeightSeconds: seconds(0, LONGEST_WEIGHT_SECONDS),
  ringTimeoutSeconds: seconds(5, 60),
  wrapUpSeconds: seconds(0, 1_800),
  wrapUpExtensionSeconds: seconds(5, 1_800),
  wrapUpExtensions: z.int().min(0).max(20).describe("how often an agent may extend one wrap-up"),
  serviceLevelSeconds: seconds(1, 600),
  shortAbandonSeconds: seconds(0, 60),
  missedRingsToAway: z.int().min(1).max(10),
  declineCooldownSeconds: seconds(0, 600),
  maxWaiting: z.int().min(1).max(5_000),
  maxWaitSeconds: seconds(30, 14_400),
  overflowAfterSeconds: seconds(5, DAY_SECONDS).nullable(),
  recording: z
    .enum(["off", "announced"])
    .describe("announced: recorded from the first word, after the caller was told"),
  announceEverySeconds: seconds(30, 600).describe("waiting callers are told where they stand no more often"),
  transcribeMessages: z
    .boolean()
    .describe("the carrier writes messages down; it does so in English alone, up to two minutes, and charges for it"),
  outboundMachine: z
    .enum(OUTBOUND_MACHINE)
    .describe("when a machine answers an agent's call; ignore: the carrier, which charges for it, is not asked"),
  callerId: phoneField.nullable().describe("the number that calls out show; null: the agent's, or the call centre's"),
  askRating: z.boolean().describe("callers are asked, once their agent has ended the call, how they found it"),
  calendar: z.string().min(1).max(40).nullable().describe("business hours by name; null: always open"),
};

export const queueSettingsSchema = z.strictObject({
  queueId: z.string(),
  key: z.string(),
  version: z.int(),
  ...facts,
  requiredSkills: z.array(z.string()),
  preferredSkills: z.array(z.string()),
  longestOvertakingSeconds: z
    .int()
    .describe("nobody who comes later than this after a caller is served before them: why nobody starves"),
  exits: z
    .partialRecord(z.enum(EXIT_OCCASIONS), exitView)
    .describe("occasions that are not named have the house's own"),
  members: z.array(
    z.strictObject({
      agent: z.string().describe("e-mail"),
      name: z.string(),
      level: z.int(),
      skills: z.array(z.string()),
    }),
  ),
  createdAt: instant,
});
export type QueueSettingsView = z.infer<typeof queueSettingsSchema>;

const member = z.strictObject({ agent: emailField, level: z.int().min(1).max(9).default(1) });
const changes = z.strictObject({
  ...facts,
  exits: z.partialRecord(z.enum(EXIT_OCCASIONS), exit.nullable()).describe("null: the house's own again"),
  members: z.array(member).max(MOST_MEMBERS).describe("all of them"),
});
const params = z.strictObject({ queueId: pathId });

export const listQueueSettings = contract({
  method: "GET",
  path: "/api/settings/queues",
  summary: "Queues with their settings, by name",
  access: staff,
  response: z.strictObject({ queues: z.array(queueSettingsSchema) }),
});

export const createQueue = contract({
  method: "POST",
  path: "/api/settings/queues",
  summary: "Make a queue; what is not given has its default",
  access: staff,
  body: changes.partial().required({ name: true }),
  response: queueSettingsSchema,
});

export const readQueueSettings = contract({
  method: "GET",
  path: "/api/settings/queues/{queueId}",
  summary: "One queue's settings",
  access: staff,
  params,
  response: queueSettingsSchema,
});

export const changeQueue = contract({
  method: "PATCH",
  path: "/api/settings/queues/{queueId}",
  summary: "Change a queue's settings, ways out or members; callers in line keep their place",
  access: staff,
  params,
  body: changes
    .partial()
    .extend({ version: z.int().optional().describe("when given and no longer the present one: 409 version_conflict") })
    .refine((body) => Object.keys(body).some((key) => key !== "version"), "name at least one setting to change"),
  response: queueSettingsSchema,
});

export const archiveQueue = contract({
  method: "DELETE",
  path: "/api/settings/queues/{queueId}",
  summary: "Close a queue for good; refused while callers wait in it or anything leads to it",
  access: staff,
  params,
  response: z.strictObject({ success: z.literal(true), queueId: z.string() }),
});

export const changeSkills = contract({
  method: "PUT",
  path: "/api/agents/{agentId}/skills",
  summary: "What an agent can do, as queues and menus ask for it",
  access: staff,
  params: z.strictObject({ agentId: pathId }),
  body: z.strictObject({ skills: skillsField }),
  response: z.strictObject({ success: z.literal(true), agent: z.string(), skills: z.array(z.string()) }),
});

export const queueSettingsContracts = [
  listQueueSettings,
  createQueue,
  readQueueSettings,
  changeQueue,
  archiveQueue,
  changeSkills,
];
