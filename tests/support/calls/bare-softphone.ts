import { WebSocket } from "ws";

export interface Invite {
  callSid: string;
  /** Milliseconds since 1970 at which it arrived. */
  at: number;
  params: Record<string, string>;
}

const OPEN_MS = 30_000;

/**
 * A softphone that speaks the Voice SDK's signalling and has no sound: it registers, notes what rings, and can decline.
 * Answering needs media, and so a browser.
 */
export class BareSoftphone {
  readonly invites: Invite[] = [];
  readonly cancelled: string[] = [];
  private waiting: ((invite: Invite) => void)[] = [];

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data: Buffer) => this.receive(data.toString()));
  }

  /** Connects and registers; resolves once the carrier says that it rings this phone. */
  static async register(signalUrl: string, token: string): Promise<BareSoftphone> {
    const socket = new WebSocket(signalUrl);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    const phone = new BareSoftphone(socket);
    const ready = phone.frame("ready");
    phone.send("listen", { token, browserinfo: {}, reconnectTimeout: 30 });
    phone.send("register", { media: { audio: true } });
    await ready;
    return phone;
  }

  /** The next call that rings here. */
  nextInvite(): Promise<Invite> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  reject(callSid: string): void {
    this.send("reject", { callsid: callSid });
  }

  close(): void {
    this.socket.close();
  }

  private send(type: string, payload: object): void {
    this.socket.send(JSON.stringify({ type, version: "1.6", payload }));
  }

  private frame(type: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${type} within ${OPEN_MS} ms`)), OPEN_MS);
      const look = (data: Buffer): void => {
        const text = data.toString();
        if (text === "\n") return;
        const { type: got, payload } = JSON.parse(text) as { type: string; payload: object };
        if (got === "error") reject(new Error(`the carrier refused the softphone: ${JSON.stringify(payload)}`));
        if (got !== type) return;
        clearTimeout(timer);
        this.socket.off("message", look);
        resolve();
      };
      this.socket.on("message", look);
    });
  }

  private receive(text: string): void {
    if (text === "\n") {
      this.socket.send("\n");
      return;
    }
    const { type, payload } = JSON.parse(text) as {
      type: string;
      payload: { callsid: string; parameters?: { Params?: string } };
    };
    if (type === "cancel") this.cancelled.push(payload.callsid);
    if (type !== "invite") return;
    const params = Object.fromEntries(new URLSearchParams(payload.parameters?.Params ?? ""));
    const invite = { callSid: payload.callsid, at: Date.now(), params };
    this.invites.push(invite);
    for (const resolve of this.waiting.splice(0)) resolve(invite);
  }
}
