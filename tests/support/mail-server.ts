import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** How the server meets the next mails. */
export type Manner =
  | "takes"
  /** 450 to the recipient: come back later. */
  | "greylists"
  /** 550 to the recipient. */
  | "knows_nobody"
  /** 552 behind the message. */
  | "refuses_the_text"
  /** Takes the message, and never says so. */
  | "falls_silent"
  /** Takes the message, and cuts the connection instead of saying so. */
  | "cuts_after_data";

/** A real SMTP server in this process, and the mails that it took. */
export class MailServer {
  manner: Manner = "takes";
  readonly mails: Email[] = [];
  /** Mails that it took without saying so are among `mails` too. */
  private server = this.make();
  private port = 0;

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.server = this.make();
    await new Promise<void>((resolve) => {
      const listening = this.server.listen(this.port, "127.0.0.1", () => resolve());
      listening.once("listening", () => {
        const address = listening.address();
        if (address !== null && typeof address === "object") this.port = address.port;
      });
    });
  }

  /** Nothing listens at its address any more; what is open is cut. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private make(): SMTPServer {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      closeTimeout: 100,
      onRcptTo: (_address, _session, done) => {
        if (this.manner === "greylists") done(refusal(450, "Greylisted, come back in a minute"));
        else if (this.manner === "knows_nobody") done(refusal(550, "No such person here"));
        else done();
      },
      onData: (stream, session, done) => {
        void (async () => {
          const answer = await this.take(stream, () => cut(server, session.id));
          if (answer !== "silence") done(answer);
        })();
      },
    });
    server.on("error", () => undefined);
    return server;
  }

  /** Takes a message in; answers what the server then says. */
  private async take(stream: Readable, cutOff: () => void): Promise<Error | null | "silence"> {
    const mail = await PostalMime.parse(await buffer(stream));
    if (this.manner === "refuses_the_text") return refusal(552, "We do not like what it says");
    this.mails.push(mail);
    if (this.manner === "falls_silent") return "silence";
    if (this.manner !== "cuts_after_data") return null;
    cutOff();
    return "silence";
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Ends one connection without a word, as a server that dies. */
function cut(server: SMTPServer, sessionId: string): void {
  for (const connection of server.connections) {
    const { _socket: socket, id } = connection as unknown as { id: string; _socket: { destroy(): void } };
    if (id === sessionId) socket.destroy();
  }
}
