import { join } from "node:path";
import { parseEnv } from "../../lib/config/env";
import { isLoopback } from "./environment";
import type { StartPlan, Variables } from "./environment";
import type { Secrets } from "./secrets";

const DEMO_NUMBER = "+15550100000";

/** Next narrows NodeJS.ProcessEnv to one that always has NODE_ENV; these are variables still being put together. */
type Draft = Record<string, string | undefined>;

/** Empty variables count as unset, so that `NAME= npm start` means what people expect. */
function withoutEmpty(variables: Variables): Draft {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
}

/** The address at which programs on this machine reach the web process. */
export function localAddress(plan: StartPlan): string {
  const host = isLoopback(plan.host) || plan.host === "0.0.0.0" || plan.host === "::" ? "127.0.0.1" : plan.host;
  return `http://${host}:${plan.port}`;
}

/**
 * The environment of the web process and the worker: what was given, completed by what this installation made for
 * itself. Checked whole before anything is started. `mailPort` is where the local carrier takes mails in; a mail server
 * that was given goes before it.
 * @throws EnvironmentError naming each variable that cannot be used, and why
 */
export function productEnvironment(
  plan: StartPlan,
  given: Variables,
  secrets: Secrets | undefined,
  databaseUrl: string,
  mailPort?: number,
): NodeJS.ProcessEnv {
  const own: Draft = {};
  if (secrets) {
    own.AUTH_SECRET = secrets.AUTH_SECRET;
    own.CRON_SECRET = secrets.CRON_SECRET;
    own.METRICS_TOKEN = secrets.METRICS_TOKEN;
  }
  if (secrets && plan.localCarrier) {
    Object.assign(own, secrets, {
      TWILIO_PHONE_NUMBER: DEMO_NUMBER,
      PUBLIC_BASE_URL: localAddress(plan),
      TWILIO_API_BASE_URL: `http://127.0.0.1:${plan.simulatorPort}`,
      TWILIO_SIGNAL_URL: `ws://localhost:${plan.simulatorPort}/signal`,
      TELEPHONE_PAGE_URL: `http://localhost:${plan.simulatorPort}/telephone`,
    });
    if (mailPort !== undefined && !given["SMTP_URL"]) {
      own.SMTP_URL = `smtp://127.0.0.1:${mailPort}`;
      own.MAILBOX_PAGE_URL = `http://localhost:${plan.simulatorPort}/mailbox`;
      own.SIMULATOR_SMTP_PORT = String(mailPort);
    }
  }
  const environment: NodeJS.ProcessEnv = {
    FILES_DIR: join(plan.dataDirectory, "files"),
    ...own,
    ...withoutEmpty(given),
    DATABASE_URL: databaseUrl,
    PORT: String(plan.port),
    NODE_ENV: plan.development ? "development" : "production",
    EXPECT_WORKER: "1",
  };
  parseEnv(environment);
  return environment;
}

/** The local carrier's environment: the same credentials, and where to send what happens to calls. */
export function carrierEnvironment(plan: StartPlan, product: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const webhooks = `${localAddress(plan)}/api/webhooks/twilio`;
  return {
    ...product,
    SIMULATOR_PORT: String(plan.simulatorPort),
    SIMULATOR_VOICE_URL: `${webhooks}/voice`,
    SIMULATOR_STATUS_CALLBACK_URL: `${webhooks}/status`,
    SIMULATOR_APP_VOICE_URL: `${webhooks}/outbound`,
  };
}
