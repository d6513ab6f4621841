import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { WebSocketServer } from "ws";
import type { Account, OutgoingFromBrowser, Signalling } from "../contract";
import type { CarrierMedia } from "../media/create-media-plane";
import type { CallDirectory } from "./established-call";
import { LARGEST_MESSAGE_BYTES } from "./message-limit";
import { startOutgoingCall } from "./outgoing-sdk-call";
import { Registrations } from "./registrations";
import { ringDevices } from "./ring-devices";
import type { CallFrame } from "./sdk-frames";
import { SdkSocket, type SdkSocketDeps } from "./sdk-socket";
import { TelephoneSocket } from "./telephone-socket";

const SDK_PATH = "/signal";
const TELEPHONE_PATH = "/telephone/socket";
const MOST_SOCKETS = 2_000;
const CLOSE_TIMEOUT_MS = 2_000;

export interface SignallingDeps {
  /** Its WebSocket upgrades for /signal and /telephone/socket are answered; those for other paths are left alone. */
  server: Server;
  account: Account;
  media: CarrierMedia;
  log: Logger;
}

/** Opens the two WebSocket endpoints on the server: the Voice SDK's and the telephone page's. */
export function createSignalling({ server, account, media, log }: SignallingDeps): Signalling {
  const directory: CallDirectory = new Map();
  const registrations = new Registrations();
  const sdkSockets = new Set<SdkSocket>();
  const telephones = new Set<TelephoneSocket>();
  const acceptor = new WebSocketServer({ noServer: true, maxPayload: LARGEST_MESSAGE_BYTES });
  let handler: (call: OutgoingFromBrowser) => void = (call) =>
    call.hangup({ code: 31_002, message: "The carrier takes no calls yet." });

  const socketDeps: SdkSocketDeps = {
    account,
    log,
    onRegistered: (socket, identity) => registrations.add(identity, socket),
    onUnregistered: (socket, identity) => registrations.remove(identity, socket),
    onStrayFrame: (socket, frame) =>
      takeStrayFrame(socket, frame, { directory, media, log, handler: (call) => handler(call) }),
    onClosed: (socket) => sdkSockets.delete(socket),
  };

  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const path = new URL(request.url ?? "/", "http://carrier").pathname;
    if (path !== SDK_PATH && path !== TELEPHONE_PATH) {
      // Someone else's upgrade, unless there is nobody else: then the client would wait for ever.
      if (server.listenerCount("upgrade") === 1) refuse(stream, "404 Not Found");
      return;
    }
    if (sdkSockets.size + telephones.size >= MOST_SOCKETS) return refuse(stream, "503 Service Unavailable");
    if (path === TELEPHONE_PATH && !isSameOrigin(request)) return refuse(stream, "403 Forbidden");
    acceptor.handleUpgrade(request, stream, head, (socket) => {
      if (path === SDK_PATH) sdkSockets.add(new SdkSocket(socket, socketDeps));
      else {
        telephones.add(
          new TelephoneSocket(socket, {
            account,
            media,
            log,
            onDial: (call) => handler(call),
            onClosed: (closed) => telephones.delete(closed),
          }),
        );
      }
    });
  };
  server.on("upgrade", upgrade);

  return {
    ring: (identity, invite) => ringDevices(registrations.of(identity), invite, { account, media, directory, log }),
    registeredIdentities: () => registrations.identities(),
    onOutgoing(next) {
      handler = next;
    },
    async close() {
      server.off("upgrade", upgrade);
      for (const call of [...directory.values()]) call.end("carrier");
      for (const socket of sdkSockets) socket.close();
      for (const telephone of telephones) telephone.close();
      await emptied([sdkSockets, telephones]);
    },
  };
}

/** A page of another site must not make calls through a visitor's browser. Programs send no Origin and may. */
function isSameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** A frame for a call that its socket does not hold. */
function takeStrayFrame(socket: SdkSocket, frame: CallFrame, deps: Parameters<typeof startOutgoingCall>[3]): void {
  const { callsid } = frame.payload;
  const grant = socket.validGrant;
  if (frame.type === "invite" && frame.payload.reconnect !== undefined) {
    const call = deps.directory.get(callsid);
    if (call) call.resume(socket, frame.payload.reconnect, frame.payload.sdp);
    else socket.send("hangup", { callsid, error: { code: 31_005, message: "The call is over." } });
  } else if (frame.type === "invite") {
    if (!grant?.applicationSid) {
      socket.send("hangup", {
        callsid,
        error: { code: 31_002, message: "The access token does not allow outgoing calls." },
      });
      return;
    }
    if (!socket.hasRoom) {
      socket.send("hangup", { callsid, error: { code: 31_002, message: "This browser has too many calls." } });
      return;
    }
    try {
      startOutgoingCall(socket, grant, frame.payload, deps);
    } catch (error) {
      deps.log.error({ err: error }, "an outgoing call could not be started");
      socket.send("hangup", { callsid, error: { code: 31_000, message: "The carrier could not take the call." } });
    }
  } else if (frame.type === "answer") {
    // Accepted just as it was cancelled: without this the browser would wait in a call that does not exist.
    socket.send("hangup", { callsid });
  }
}

/** Waits until all sockets have said goodbye; those that don't within 2 s are cut. */
async function emptied(sets: Set<{ terminate(): void }>[]): Promise<void> {
  const deadline = performance.now() + CLOSE_TIMEOUT_MS;
  while (sets.some((set) => set.size > 0) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const set of sets) for (const socket of set) socket.terminate();
}
