import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import twilio from "twilio";
import type { Account, Signalling } from "../../../modules/twilio-simulator/contract";
import { createMediaPlane, type CarrierMedia } from "../../../modules/twilio-simulator/media/create-media-plane";
import { encodeWav } from "../../../modules/twilio-simulator/media/wav";
import { createSignalling } from "../../../modules/twilio-simulator/signalling/create-signalling";
import { telephoneRoutes } from "../../../modules/twilio-simulator/telephone/routes";

export const ACCOUNT: Account = {
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "t".repeat(32),
  apiKeySid: `SK${"1".repeat(32)}`,
  apiKeySecret: "s".repeat(32),
  applicationSid: `AP${"2".repeat(32)}`,
  phoneNumbers: ["+15550001000"],
};

/** The media half of a carrier on a free port, with a page that loads the real Voice SDK. */
export interface CarrierHarness {
  origin: string;
  media: CarrierMedia;
  signalling: Signalling;
  server: Server;
  close(): Promise<void>;
}

const SILENT_CLIP = encodeWav(new Int16Array(80), 8_000);

const DEVICE_PAGE = `<!doctype html><meta charset="utf-8"><title>device</title><button>start</button>
<script>
  // As the product does in its demo: the SDK only knows wss://host/signal.
  const Native = window.WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Native {
    constructor(url, protocols) {
      super(String(url).replace(/^wss:\\/\\/[^/]+\\/signal/, "ws://" + location.host + "/signal"), protocols);
      window.sockets.push(this);
    }
  };
</script><script src="/twilio.min.js"></script>`;

/** An access token as the product mints them. @param ttl seconds */
export function mintToken(identity: string, ttl = 3_600, secret = ACCOUNT.apiKeySecret): string {
  const { AccessToken } = twilio.jwt;
  const token = new AccessToken(ACCOUNT.accountSid, ACCOUNT.apiKeySid, secret, { identity, ttl });
  token.addGrant(new AccessToken.VoiceGrant({ incomingAllow: true, outgoingApplicationSid: ACCOUNT.applicationSid }));
  return token.toJwt();
}

export async function startCarrier(port = 0): Promise<CarrierHarness> {
  const log = pino({ level: process.env.CARRIER_LOG ?? "error" });
  const media = createMediaPlane({ log });
  const sdk = await readFile(new URL("../../../node_modules/@twilio/voice-sdk/dist/twilio.min.js", import.meta.url));
  const telephone = telephoneRoutes({ account: ACCOUNT, log });
  const server = createServer((request, response) => {
    if (request.url === "/twilio.min.js") {
      response.setHeader("content-type", "text/javascript").end(sdk);
    } else if (request.url === "/device") {
      response.setHeader("content-type", "text/html").end(DEVICE_PAGE);
    } else if (request.url === "/_control/messages") {
      // This half of a carrier sends none.
      response.setHeader("content-type", "application/json").end('{"messages":[]}');
    } else if (request.url === "/silence.wav") {
      response.setHeader("content-type", "audio/wav").end(SILENT_CLIP);
    } else if (!telephone(request, response)) {
      response.writeHead(404).end();
    }
  });
  const signalling = createSignalling({ server, account: ACCOUNT, media, log });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    media,
    signalling,
    server,
    async close() {
      await signalling.close();
      await media.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
