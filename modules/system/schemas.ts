import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";
import { instant } from "@/lib/http/fields";

export const readHealth = contract({
  method: "GET",
  path: "/api/health",
  summary: "Whether everything that should run does; 503 names the part that does not",
  access: { kind: "public", why: "Balancers and browsers ask it without a sign-in; it tells only which part is down." },
  response: z.strictObject({
    status: z.literal("ok"),
    database: z.literal("ok"),
    worker: z.enum(["ok", "not_expected"]),
    files: z
      .enum(["ok", "away", "browsers_refused"])
      .describe(
        "the bucket of files, where there is one: away, or its CORS rules keep browsers out; never a reason for 503",
      ),
    time: instant,
  }),
});

export const readReadiness = contract({
  method: "GET",
  path: "/api/ready",
  summary: "Whether this process may be sent requests: database reached, migrations current",
  access: { kind: "public", why: "Balancers ask it without a sign-in; it tells only yes or which part is missing." },
  response: z.strictObject({ status: z.literal("ready"), migrations: z.int().describe("applied") }),
});

export const readMetrics = contract({
  method: "GET",
  path: "/api/metrics",
  summary: "Figures as Prometheus text",
  access: { kind: "metrics" },
});

export const readOpenApi = contract({
  method: "GET",
  path: "/api/openapi.json",
  summary: "This description",
  access: { kind: "public", why: "It describes the routes and holds no data." },
});

export const ping = contract({
  method: "GET",
  path: "/api/ping",
  summary: "A constant answer to anyone signed in: tells a live sign-in from one that has ended",
  access: everyone,
  response: z.strictObject({ success: z.literal(true) }),
});

export const systemContracts = [readHealth, readReadiness, readMetrics, readOpenApi, ping];
