import { z } from "zod";

const number = z
  .string()
  .regex(/^\+?[0-9]{3,15}$|^anonymous$/, "must be a telephone number such as +15005550123, or anonymous");

export const newCallSchema = z.strictObject({
  from: number,
  /** The number dialled; the account's own when left out. */
  to: number.optional(),
});

export const digitsSchema = z.strictObject({
  digits: z.string().regex(/^[0-9*#w]{1,64}$/, "must be 1 to 64 of 0-9 * # (w waits half a second)"),
});

export const saySchema = z.strictObject({
  text: z.string().trim().min(1).max(2_000),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,3})?$/, "must be a language such as en-US")
    .default("en-US"),
});

export const calleeSchema = z.strictObject({
  /** Left out: what every number without a script of its own does. */
  number: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, "must be a number in E.164")
    .optional(),
  behaviour: z.enum(["answer", "machine", "busy", "decline", "no-answer", "manual"]),
  delayMs: z.int().min(0).max(600_000).default(1_500),
});

const times = z.int().min(1).max(100_000).default(1);
const delayMs = z.int().min(0).max(600_000).optional();

const webhookFault = z
  .strictObject({
    path: z.string().min(1).optional(),
    event: z.string().min(1).optional(),
    times,
    drop: z.boolean().optional(),
    duplicate: z.int().min(1).max(100).optional(),
    delayMs,
    reorder: z.boolean().optional(),
    corruptSignature: z.boolean().optional(),
    loseAnswer: z.boolean().optional(),
  })
  .refine(
    (fault) =>
      fault.drop || fault.duplicate || fault.delayMs || fault.reorder || fault.corruptSignature || fault.loseAnswer,
    "needs one of drop, duplicate, delayMs, reorder, corruptSignature, loseAnswer",
  );

const restFault = z
  .strictObject({
    path: z.string().min(1).optional(),
    method: z.enum(["GET", "POST", "DELETE", "get", "post", "delete"]).optional(),
    times,
    status: z.literal([429, 500, 502, 503, 504]).optional(),
    retryAfter: z.int().min(0).max(3_600).optional(),
    loseResponse: z.boolean().optional(),
    delayMs,
  })
  .refine((fault) => fault.status || fault.loseResponse || fault.delayMs, "needs one of status, loseResponse, delayMs");

/** One fault or a list of them. */
const oneOrMore = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(schema).max(1_000).optional(),
  );

export const faultsSchema = z
  .strictObject({
    webhooks: oneOrMore(webhookFault),
    rest: oneOrMore(restFault),
    /** REST-created calls a second from now on. */
    callsPerSecond: z.number().min(0.1).max(1_000).optional(),
    /** Forgets all faults first. */
    clear: z.boolean().optional(),
    /** Cuts every connection, WebSockets included, as a restart of the carrier's front would. */
    restart: z.boolean().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), "is empty: nothing to do");

export const aheadSchema = z.strictObject({
  /** How far the carrier's time is put ahead: a day at most, in steps of a frame of sound. */
  seconds: z.number().min(0.02).max(86_400),
});

export const undeliverableSchema = z.strictObject({
  /** SMS to these numbers do not arrive; of the numbers named before, none is kept. */
  numbers: z.array(number).max(1_000),
});
