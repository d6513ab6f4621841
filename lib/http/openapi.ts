import { z } from "zod";
import { type Access, answersOf, type Contract } from "./contract";
import { problemSchema } from "./problem";

const security = (access: Access): object[] =>
  access.kind === "public" ? [] : access.kind === "roles" ? [{ bearer: [] }, { session: [] }] : [{ [access.kind]: [] }];

/** The OpenAPI 3.1 description of all routes, from the same schemas that check them. */
export function openApiDocument(contracts: readonly Contract[], serverUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const contract of contracts) {
    (paths[contract.path] ??= {})[contract.method.toLowerCase()] = operation(contract);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Evenhand", version: "1" },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "next-auth.session-token" },
        cron: { type: "http", scheme: "bearer", description: "CRON_SECRET" },
        metrics: { type: "http", scheme: "bearer", description: "METRICS_TOKEN" },
        carrier: { type: "apiKey", in: "header", name: "X-Twilio-Signature" },
      },
    },
  };
}

function operation(contract: Contract): object {
  const roles = contract.access.kind === "roles" ? { "x-roles": contract.access.roles } : {};
  return {
    summary: contract.summary,
    operationId: `${contract.method.toLowerCase()} ${contract.path}`.replace(/[^a-z0-9]+/gi, "_").replace(/_+$/, ""),
    security: security(contract.access),
    ...roles,
    parameters: [...parameters(contract.params, "path"), ...parameters(contract.query, "query")],
    ...requestBody(contract),
    responses: {
      ...successes(contract),
      default: {
        description: "A problem document",
        content: { "application/problem+json": { schema: json(problemSchema, "output") } },
      },
    },
  };
}

function requestBody({ body, upload }: Contract): object {
  if (body)
    return { requestBody: { required: true, content: { "application/json": { schema: json(body, "input") } } } };
  if (!upload) return {};
  return {
    requestBody: { required: true, content: Object.fromEntries(upload.types.map((type) => [type, {}])) as object },
  };
}

const MEANINGS: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Made",
  202: "Accepted: it goes on after the answer",
  206: "The part that Range asked for",
};

/** Every status that a route answers with success, each with its shape. */
function successes(contract: Contract): Record<string, object> {
  const headers = Object.entries(contract.headers ?? {}).map(([name, description]) => [
    name,
    { description, schema: { type: "string" } },
  ]);
  return Object.fromEntries(
    Object.entries(answersOf(contract)).map(([status, shape]) => [
      status,
      {
        description: MEANINGS[status] ?? "Success",
        ...(headers.length > 0 ? { headers: Object.fromEntries(headers) as object } : {}),
        ...contentOf(shape, ["200", "206"].includes(status) ? contract.file : undefined),
      },
    ]),
  );
}

function contentOf(shape: z.ZodType | undefined, file: readonly string[] | undefined): object {
  if (shape) return { content: { "application/json": { schema: json(shape, "output") } } };
  return file ? { content: Object.fromEntries(file.map((type) => [type, {}])) as object } : {};
}

function parameters(schema: z.ZodType | undefined, place: "path" | "query"): object[] {
  if (!schema) return [];
  const shape = json(schema, "input") as { properties?: Record<string, object>; required?: string[] };
  return Object.entries(shape.properties ?? {}).map(([name, value]) => ({
    name,
    in: place,
    required: place === "path" || (shape.required ?? []).includes(name),
    schema: value,
  }));
}

function json(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
