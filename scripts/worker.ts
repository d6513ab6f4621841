import { hostname } from "node:os";
import { logger } from "@/lib/logger";
import { container } from "@/modules/container";
import { runLoop } from "./worker/loop";
import { workerLoops } from "./worker/loops";

/**
 * The worker: everything that must happen although nobody asks. Any number may run; each round is safe beside all
 * others. SIGTERM and SIGINT let the rounds under way end.
 */
const log = logger("worker");
const stop = new AbortController();
const house = container();
const loops = workerLoops(house, `${hostname()}:${process.pid}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    log.info({ signal }, "worker is stopping");
    stop.abort();
  });
}

log.info({ loops: loops.map((loop) => loop.name) }, "worker runs");
await Promise.all(loops.map((loop) => runLoop(loop, stop.signal, log, house.duties)));
await house.dispatcher.stop();
await house.carrierCommands.stop();
await house.db.$disconnect();
log.info({}, "worker has stopped");
// The carrier's kept-alive connections would hold the process a little longer; nothing is left to wait for.
process.exit(0);
