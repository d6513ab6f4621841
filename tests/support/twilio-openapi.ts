import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { Ajv, type ValidateFunction } from "ajv";

type Json = Record<string, unknown>;

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Json }[];
  requestBody?: { content: Record<string, { schema: { properties?: Record<string, Json>; required?: string[] } }> };
  responses: Record<string, { content?: Record<string, { schema: Json }> }>;
}

interface Spec {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
}

let loaded: Spec | null = null;

/**
 * Twilio's OpenAPI document of the 2010-04-01 API, from the gzipped JSON file named by TWILIO_OPENAPI.
 * @throws Error when the variable is not set
 */
export function twilioSpec(): Spec {
  if (loaded) return loaded;
  const path = process.env.TWILIO_OPENAPI;
  if (!path) throw new Error("TWILIO_OPENAPI names no file: this check needs Twilio's OpenAPI document.");
  loaded = JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as Spec;
  return loaded;
}

const MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";

/** An ajv that knows the formats Twilio uses. Its "uri" is often relative, as in the document's own examples. */
function createAjv(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: coerceTypes ? "array" : false });
  ajv.addFormat(
    "date-time-rfc-2822",
    new RegExp(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} (${MONTHS}) \\d{4} \\d{2}:\\d{2}:\\d{2} [+-]\\d{4}$`),
  );
  ajv.addFormat("date-time", { validate: (text: string) => !Number.isNaN(Date.parse(text)) });
  ajv.addFormat("date", /^\d{4}-\d{2}-\d{2}$/);
  ajv.addFormat("currency", /^[A-Z]{3}$/);
  ajv.addFormat("uri", { validate: (text: string) => URL.canParse(text, "https://api.twilio.com") });
  ajv.addFormat("http-method", /^(GET|POST)$/);
  for (const format of [
    "uri-map",
    "phone-number",
    "phone-number-prefix",
    "endpoint",
    "int64",
    "int32",
    "sip-uri",
    "twiml",
  ])
    ajv.addFormat(format, true);
  return ajv;
}

/**
 * A schema of the document with its references resolved. Answers are read strictly: every property must be there, none
 * besides; an enumeration may be null, which the schemas do not say but their examples do.
 */
function resolved(schema: Json, strict: boolean): Json {
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.replace("#/components/schemas/", "");
    const target = twilioSpec().components.schemas[name];
    if (!target) throw new Error(`The document has no schema ${name}.`);
    const whole = resolved(target, strict);
    return strict && Array.isArray(whole.enum) ? { anyOf: [whole, { type: "null" }] } : whole;
  }
  const copy: Json = { ...schema };
  // The document says "nullable" of values without a type, which are free anyway.
  if (copy.type === undefined) delete copy.nullable;
  const properties = schema.properties as Record<string, Json> | undefined;
  if (properties) {
    copy.properties = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, resolved(value, strict)]),
    );
    if (strict) Object.assign(copy, { required: Object.keys(properties), additionalProperties: false });
  }
  if (schema.items) copy.items = resolved(schema.items as Json, strict);
  return copy;
}

/** The operation for a path as the document writes it, such as /2010-04-01/Accounts/{AccountSid}/Calls.json. */
export function operationAt(method: string, template: string): Operation | undefined {
  return twilioSpec().paths[template]?.[method.toLowerCase()];
}

/** The document's path for a real one, with the most literal one first. */
function templateOf(path: string): string | undefined {
  const pathname = path.split("?")[0] ?? "";
  const fits = (template: string): boolean =>
    new RegExp(`^${template.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+?")}$`).test(pathname);
  return Object.keys(twilioSpec().paths)
    .filter(fits)
    .sort((one, other) => one.split("{").length - other.split("{").length)[0];
}

/** The names of all parameters of an operation, in the query and in the form. */
export function parameterNames(operation: Operation): string[] {
  const query = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === "query")
    .map((parameter) => parameter.name);
  return [...query, ...Object.keys(formSchema(operation).properties ?? {})];
}

function formSchema(operation: Operation): { properties?: Record<string, Json>; required?: string[] } {
  return operation.requestBody?.content["application/x-www-form-urlencoded"]?.schema ?? {};
}

const answerChecks = new Map<string, ValidateFunction>();

/** What is wrong with an answer of an operation, against the schema for that status; empty when nothing is. */
export function validateAnswer(method: string, path: string, status: number, body: unknown): string[] {
  const template = templateOf(path);
  const operation = template === undefined ? undefined : operationAt(method, template);
  if (template === undefined || !operation) return [`${method} ${path} is not in Twilio's document`];
  const response = operation.responses[String(status)];
  if (!response) return [`${method} ${template} has no status ${status}`];
  const schema = response.content?.["application/json"]?.schema;
  if (!schema) return body === undefined || body === "" ? [] : [`${method} ${template} ${status} has no body`];
  const key = `${method} ${template} ${status}`;
  const check = answerChecks.get(key) ?? createAjv(false).compile(resolved(schema, true));
  answerChecks.set(key, check);
  if (check(body)) return [];
  return (check.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
  );
}

/** The shape of every error answer: the document gives it once, for 408. */
export function validateErrorAnswer(body: unknown): string[] {
  const check = createAjv(false).compile({
    type: "object",
    properties: {
      code: { type: "integer" },
      message: { type: "string", minLength: 1 },
      more_info: { type: "string", pattern: "^https://www\\.twilio\\.com/docs/errors/\\d+$" },
      status: { type: "integer" },
    },
    required: ["code", "message", "more_info", "status"],
    additionalProperties: false,
  });
  if (check(body)) return [];
  return (check.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}

const requestChecks = new Map<string, ValidateFunction>();

/**
 * Holds a REST request against Twilio's document: the operation must exist, each form parameter must be known to it, all
 * required ones must be there, and their values must fit. Query parameters of the path are checked by name.
 * @param formParams parameters of the body; a list for one that is given several times
 * @returns what is wrong; empty when nothing is
 */
export function validateRequest(
  method: string,
  path: string,
  formParams: Record<string, string | string[]> = {},
): string[] {
  const template = templateOf(path);
  const operation = template === undefined ? undefined : operationAt(method, template);
  if (template === undefined || !operation) return [`${method} ${path} is not in Twilio's document`];
  const known = parameterNames(operation);
  const query = [...new URLSearchParams(path.split("?")[1] ?? "").keys()];
  const problems = query
    .filter((name) => !known.includes(name))
    .map((name) => `${method} ${template} has no query parameter ${name}`);
  const schema = formSchema(operation);
  const key = `${method} ${template}`;
  const check =
    requestChecks.get(key) ??
    createAjv(true).compile({
      ...resolved({ ...schema, type: "object", properties: schema.properties ?? {} }, false),
      additionalProperties: false,
    });
  requestChecks.set(key, check);
  if (!check({ ...formParams })) {
    for (const error of check.errors ?? []) {
      problems.push(
        `${method} ${template}: ${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
      );
    }
  }
  return problems;
}
