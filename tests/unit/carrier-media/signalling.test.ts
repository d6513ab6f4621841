import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import type { Account, Signalling } from "../../../modules/twilio-simulator/contract";
import { createMediaPlane, type CarrierMedia } from "../../../modules/twilio-simulator/media/create-media-plane";
import {
  telephoneEventTypes,
  withNarrowbandEventsOnly,
} from "../../../modules/twilio-simulator/media/session-description";
import { checkAccessToken } from "../../../modules/twilio-simulator/signalling/access-token";
import { createSignalling } from "../../../modules/twilio-simulator/signalling/create-signalling";

const ACCOUNT: Account = {
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "t".repeat(32),
  apiKeySid: `SK${"1".repeat(32)}`,
  apiKeySecret: "s".repeat(32),
  applicationSid: `AP${"2".repeat(32)}`,
  phoneNumbers: ["+15550001000"],
};

async function token(
  identity: string,
  change: { allow?: boolean; exp?: number; iss?: string; sub?: string; outgoing?: boolean } = {},
): Promise<string> {
  const voice = {
    incoming: { allow: change.allow ?? true },
    ...(change.outgoing === false ? {} : { outgoing: { application_sid: ACCOUNT.applicationSid } }),
  };
  return new SignJWT({ grants: { identity, voice } })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", cty: "twilio-fpa;v=1" })
    .setIssuer(change.iss ?? ACCOUNT.apiKeySid)
    .setSubject(change.sub ?? ACCOUNT.accountSid)
    .setExpirationTime(change.exp ?? Math.floor(Date.now() / 1_000) + 600)
    .sign(new TextEncoder().encode(ACCOUNT.apiKeySecret));
}

describe("access tokens", () => {
  it("tell identity, grants and expiry", async () => {
    expect(await checkAccessToken(await token("agent_1", { exp: 4_000_000_000 }), ACCOUNT)).toEqual({
      grant: {
        identity: "agent_1",
        incomingAllow: true,
        applicationSid: ACCOUNT.applicationSid,
        expiresAtMs: 4_000_000_000_000,
      },
    });
  });

  it.each([
    ["expired", { exp: 1_000_000_000 }, 31_205],
    ["of another key", { iss: "SKother" }, 31_204],
    ["of another account", { sub: "ACother" }, 31_204],
  ])("%s are refused", async (_, change, code) => {
    expect(await checkAccessToken(await token("agent_1", change), ACCOUNT)).toMatchObject({ error: { code } });
  });

  it("with an identity that Twilio would not take, unsigned, or garbage are refused", async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from("{}").toString("base64url")}.`;
    for (const wrong of [await token("a@b.test"), unsigned, "garbage", ""]) {
      expect(await checkAccessToken(wrong, ACCOUNT)).toMatchObject({ error: { code: 31_204 } });
    }
  });
});

describe("offers of Chromium", () => {
  it("lose telephone-event at 48 kHz and keep it at 8 kHz", () => {
    const offer = [
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 110 126",
      "a=rtpmap:111 opus/48000/2",
      "a=rtpmap:110 telephone-event/48000",
      "a=rtpmap:126 telephone-event/8000",
      "a=fmtp:110 0-15",
      "",
    ].join("\r\n");
    expect(withNarrowbandEventsOnly(offer)).toBe(
      [
        "v=0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 126",
        "a=rtpmap:111 opus/48000/2",
        "a=rtpmap:126 telephone-event/8000",
        "",
      ].join("\r\n"),
    );
    expect(telephoneEventTypes(offer)).toEqual([126]);
  });
});

describe("the signalling socket", () => {
  let server: Server;
  let media: CarrierMedia;
  let signalling: Signalling;
  let address: string;
  const clients: WebSocket[] = [];

  beforeEach(async () => {
    server = createServer();
    media = createMediaPlane();
    signalling = createSignalling({ server, account: ACCOUNT, media, log: pino({ level: "silent" }) });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    await signalling.close();
    await media.close();
    server.close();
  });

  async function connect(path = "/signal") {
    const socket = new WebSocket(address + path);
    clients.push(socket);
    const frames: { type: string; payload: Record<string, unknown> }[] = [];
    socket.on("message", (data) => {
      const text = String(data);
      if (text !== "\n") frames.push(JSON.parse(text));
    });
    await once(socket, "open");
    return {
      socket,
      frames,
      send: (type: string, payload: object) => socket.send(JSON.stringify({ type, version: "1.6", payload })),
      async next(type: string) {
        const deadline = performance.now() + 30_000;
        while (performance.now() < deadline) {
          const found = frames.findIndex((frame) => frame.type === type);
          if (found >= 0) return frames.splice(found, 1)[0]?.payload ?? {};
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        throw new Error(`No ${type}, but ${JSON.stringify(frames)}`);
      },
    };
  }

  async function registered(identity: string, change = {}) {
    const client = await connect();
    // As the SDK may do: both at once, the token not yet checked when the register arrives.
    client.send("listen", { token: await token(identity, change) });
    client.send("register", { media: { audio: true } });
    await client.next("ready");
    return client;
  }

  const invite = { callSid: `CA${"a".repeat(32)}`, from: "+15551230000", to: "client:agent_1", params: {} };

  it("registers, unregisters, and forgets a socket that closes", async () => {
    const client = await registered("agent_1");
    expect(signalling.registeredIdentities()).toEqual(["agent_1"]);
    client.send("register", { media: { audio: false } });
    await client.next("offline");
    expect(signalling.registeredIdentities()).toEqual([]);
    const other = await registered("agent_2");
    other.socket.terminate();
    await expect.poll(() => signalling.registeredIdentities()).toEqual([]);
  });

  it("does not ring a token without incoming calls, nor let one without an app call out", async () => {
    const client = await registered("agent_1", { allow: false, outgoing: false });
    expect(await signalling.ring("agent_1", invite).outcome).toEqual({ kind: "no-device" });
    client.send("invite", { callsid: "TJ1", sdp: "v=0\r\n", twilio: {} });
    expect(await client.next("hangup")).toMatchObject({ callsid: "TJ1", error: { code: 31_002 } });
  });

  it("lets nobody in without a token", async () => {
    const client = await connect();
    client.send("register", { media: { audio: true } });
    expect(await client.next("error")).toMatchObject({ error: { code: 31_204 } });
    expect(signalling.registeredIdentities()).toEqual([]);
  });

  it("fails the call when the only ringing device goes away, and answers a late accept with a hangup", async () => {
    const client = await registered("agent_1");
    const ringing = signalling.ring("agent_1", invite);
    await client.next("invite");
    client.socket.terminate();
    expect(await ringing.outcome).toMatchObject({ kind: "failed" });

    const late = await registered("agent_1");
    const cancelled = signalling.ring("agent_1", invite);
    await late.next("invite");
    cancelled.cancel();
    await late.next("cancel");
    late.send("answer", { callsid: invite.callSid, sdp: "v=0\r\n" });
    expect(await late.next("hangup")).toMatchObject({ callsid: invite.callSid });
  });

  it("fails the call when the device accepts with an unusable description", async () => {
    const client = await registered("agent_1");
    const ringing = signalling.ring("agent_1", invite);
    await client.next("invite");
    client.send("answer", { callsid: invite.callSid, sdp: "nonsense" });
    expect(await ringing.outcome).toMatchObject({ kind: "failed" });
    expect(await client.next("hangup")).toMatchObject({ callsid: invite.callSid });
  });

  it("does not let a stranger pick up a call that is gone", async () => {
    const client = await registered("agent_1");
    client.send("invite", { callsid: invite.callSid, sdp: "v=0\r\n", reconnect: "guess" });
    expect(await client.next("hangup")).toMatchObject({ callsid: invite.callSid, error: { code: 31_005 } });
  });

  it("survives garbage, cuts off oversized messages and floods, and refuses other paths", async () => {
    const client = await connect();
    client.socket.send("{");
    client.socket.send('{"type":"dance"}');
    await client.next("error");
    const [code] = await closeAfter(client.socket, () => client.socket.send("x".repeat(65_537)));
    expect(code).toBe(1_009);
    const flood = await connect();
    const [floodCode] = await closeAfter(flood.socket, () => {
      for (let i = 0; i < 150; i += 1) flood.socket.send("{}");
    });
    expect(floodCode).toBe(1_008);
    await expect(connect("/elsewhere")).rejects.toThrow("404");
  });

  it("tells a telephone what is wrong with its call", async () => {
    const telephone = await connect("/telephone/socket");
    telephone.socket.send(JSON.stringify({ type: "dial", ref: 1, from: "12", to: "+15550001000", sdp: "v=0" }));
    await expect
      .poll(() => telephone.frames)
      .toContainEqual(expect.objectContaining({ type: "refused", message: expect.stringContaining("Your number") }));
    telephone.socket.send(
      JSON.stringify({ type: "dial", ref: 2, from: "+12025550143", to: "+15550001000", sdp: "nonsense" }),
    );
    await expect.poll(() => telephone.frames).toContainEqual(expect.objectContaining({ type: "hangup", ref: 2 }));
  });
});

async function closeAfter(socket: WebSocket, act: () => void): Promise<unknown[]> {
  const closed = once(socket, "close");
  act();
  return closed;
}
