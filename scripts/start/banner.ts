import { isLoopback } from "./environment";
import type { StartPlan } from "./environment";

const RULE = "─".repeat(64);

function row(label: string, value: string): string {
  return `  ${label.padEnd(12)} ${value}`;
}

/** What a person needs to begin: where things are and how to sign in. */
export function banner(plan: StartPlan, product: NodeJS.ProcessEnv, seconds: number): string {
  const shownHost = isLoopback(plan.host) ? "localhost" : plan.host;
  const lines = ["", RULE, `  Evenhand is up (${seconds.toFixed(1)} s)`, ""];
  lines.push(row("Application", `http://${shownHost}:${plan.port}`));
  if (plan.localCarrier && product["TELEPHONE_PAGE_URL"]) {
    lines.push(row("Telephone", product["TELEPHONE_PAGE_URL"]));
    lines.push(row("", `dial ${product["TWILIO_PHONE_NUMBER"] ?? ""} to reach the call centre`));
  }
  if (product["MAILBOX_PAGE_URL"]) lines.push(row("Mailbox", product["MAILBOX_PAGE_URL"]));
  if (plan.databaseUrl === undefined) {
    lines.push("");
    lines.push(row("Sign in as", "admin@evenhand.test"));
    lines.push(row("", "manager@evenhand.test"));
    lines.push(row("", "agent1@evenhand.test … agent8@evenhand.test"));
    lines.push(row("Password", process.env.DEMO_PASSWORD ? "the one in DEMO_PASSWORD" : plan.demoPassword));
  }
  lines.push("", `  Two windows of one browser share a sign-in: use a private window for the second person.`);
  lines.push("  Ctrl-C stops everything.", RULE, "");
  return lines.join("\n");
}
