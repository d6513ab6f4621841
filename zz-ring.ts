import { createServer } from "node:net";
import { openHouse } from "./tests/support/house";
import { ProductServer } from "./tests/support/calls/product-server";
import { measure, startCarrier } from "./scripts/bench/ringing.bench";
import { migrate } from "./scripts/migrate/apply";
const url = process.argv[2]!;
await migrate(url);
const z = "0".repeat(32);
const port: number = await new Promise((r) => { const s = createServer(); s.listen(0, () => { const p = (s.address() as any).port; s.close(() => r(p)); }); });
const server = new ProductServer();
const product = await server.listen(0);
const house = openHouse(url, { PUBLIC_BASE_URL: product, TWILIO_API_BASE_URL: `http://127.0.0.1:${port}`, TWILIO_AUTH_TOKEN: z, TWILIO_API_KEY_SECRET: z, LOG_LEVEL: "error" });
const carrier = await startCarrier(port, product);
const parts: number[][] = [];
const a: any = house.container.dispatcher;
const orig = a.assignment.offerWaiting.bind(a.assignment);
a.assignment.offerWaiting = async (x: any) => { const t = performance.now(); const n = await orig(x); if (n) parts.push([performance.now() - t]); return n; };
const cc: any = house.container.carrierCommands;
const orun = cc.commands.ringAgent.bind(cc.commands);
cc.commands.ringAgent = async (...x: any[]) => { const t = performance.now(); const r = await orun(...x); parts.at(-1)?.push(performance.now() - t); return r; };
try {
  const waits = (await measure(house.db, `http://127.0.0.1:${port}`)).sort((p, q) => p - q);
  console.log("n", waits.length, "p50", waits[Math.floor(waits.length / 2)], "p95", waits[Math.floor(waits.length * 0.95)], "max", waits.at(-1));
  const med = (i: number) => parts.map((p) => p[i] ?? 0).sort((x, y) => x - y)[Math.floor(parts.length / 2)];
  console.log("dispatch ms", med(0), "ring ms", med(1));
} finally { await carrier.stop(1500); process.exit(0); }
