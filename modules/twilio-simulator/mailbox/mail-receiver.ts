import { buffer } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { CarrierLogger } from "../logger";
import type { Mail, MailStore } from "./mail-store";

const MOST_BYTES = 1024 * 1024;
const MOST_CLIENTS = 50;
/** Milliseconds that a connection may say nothing, and that open ones have when the server ends. */
const SILENCE_MS = 30_000;
const END_MS = 500;

export interface MailReceiver {
  close(): Promise<void>;
}

/**
 * Takes mails in by SMTP, from this machine and for whomever they are, and puts them into the store.
 * @throws Error when the port cannot be had
 */
export async function receiveMail(
  { port, host }: { port: number; host: string },
  mails: MailStore,
  log: CarrierLogger,
): Promise<MailReceiver> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    size: MOST_BYTES,
    maxClients: MOST_CLIENTS,
    socketTimeout: SILENCE_MS,
    closeTimeout: END_MS,
    onData: (stream, session, done) => {
      void (async () => done(await refusalOf(stream, session)))();
    },
  });
  async function refusalOf(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Error | null> {
    try {
      mails.add(await take(stream, session));
      return null;
    } catch (error) {
      log.warn({ err: error }, "a mail was refused");
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.on("error", (error) => log.warn({ err: error }, "a connection for mail broke off"));
  return { close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function take(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<Omit<Mail, "id" | "receivedAt">> {
  const bytes = await buffer(stream);
  if (stream.sizeExceeded) {
    throw Object.assign(new Error(`A mail has ${MOST_BYTES} bytes at most`), { responseCode: 552 });
  }
  const mail = await PostalMime.parse(bytes);
  return {
    from: mail.from?.address ?? "",
    to: session.envelope.rcptTo.map(({ address }) => address),
    subject: mail.subject ?? "",
    text: mail.text ?? "",
    html: mail.html ?? null,
    unsubscribeUrl: unsubscribeUrlOf(mail),
    messageId: mail.messageId ?? "",
  };
}

function unsubscribeUrlOf({ headers }: Email): string | null {
  const value = headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "";
  return /<(https?:[^>]+)>/.exec(value)?.[1] ?? null;
}
