import { createTransport } from "nodemailer";
import { assertOutsideTransaction } from "@/lib/transaction-scope";
import type { Mail, Mailer, SendOutcome } from "../domain/outgoing";

export interface SmtpSettings {
  /** smtp:// or smtps://, with user and password where the server wants them. */
  url: string;
  /** "Name <address>". */
  from: string;
  /** Milliseconds for one step: to connect, to be greeted, to be answered. */
  stepMs?: number;
  /** Milliseconds for all of it. */
  wholeMs?: number;
}

const STEP_MS = 8_000;
const WHOLE_MS = 20_000;
/** Commands whose refusal concerns the message; that of others concerns everybody's. */
const ABOUT_THE_MESSAGE: ReadonlySet<string> = new Set(["MAIL FROM", "RCPT TO", "DATA", "API"]);
/** Failures before anything of the message was said. */
const NOT_REACHED: ReadonlySet<string> = new Set(["ECONNECTION", "EDNS", "ETLS", "EAUTH", "ESOCKET", "ECONNREFUSED"]);

interface SmtpError {
  code?: string;
  command?: string;
  responseCode?: number;
  message: string;
}

/** E-mail by SMTP. One connection a message: what breaks off takes no other with it. */
export class SmtpMailer implements Mailer {
  constructor(private readonly settings: SmtpSettings) {}

  async send(mail: Mail): Promise<SendOutcome> {
    assertOutsideTransaction("The mail server");
    const { url, from, stepMs = STEP_MS, wholeMs = WHOLE_MS } = this.settings;
    const transport = createTransport({
      url,
      connectionTimeout: stepMs,
      greetingTimeout: stepMs,
      socketTimeout: stepMs,
      dnsTimeout: stepMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TooLate(`no end after ${wholeMs / 1_000} s`)), wholeMs);
    });
    try {
      const { unsubscribeUrl, ...message } = mail;
      const sent = await Promise.race([
        transport.sendMail({
          ...message,
          from,
          list: { unsubscribe: { url: unsubscribeUrl, comment: "" } },
          headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated" },
        }),
        late,
      ]);
      return { kind: "accepted", providerId: mail.messageId, providerStatus: sent.response.slice(0, 200) };
    } catch (error) {
      return outcomeOf(error);
    } finally {
      clearTimeout(timer);
      transport.close();
    }
  }
}

class TooLate extends Error {
  readonly code = "ETIMEDOUT";
}

/**
 * What a failure means. 5xx about the message is for good; all else may go better later. When the server fell silent
 * behind the message's end, it may have it.
 */
function outcomeOf(error: unknown): SendOutcome {
  const { code = "EUNKNOWN", command = "", responseCode, message } = error as SmtpError;
  const why = message.slice(0, 300);
  const about = ABOUT_THE_MESSAGE.has(command) || code === "EENVELOPE" || code === "EMESSAGE";
  if (responseCode !== undefined && responseCode >= 500 && about) {
    return { kind: "refused", code: `smtp_${responseCode}`, why };
  }
  const answered = responseCode !== undefined;
  const unreachable = !about && (answered || NOT_REACHED.has(code) || command === "CONN" || code === "ETIMEDOUT");
  return {
    kind: "later",
    code: answered ? `smtp_${responseCode}` : code.toLowerCase(),
    why,
    unreachable,
    uncertain: !answered && command !== "CONN",
  };
}
