import { pino, destination, type Logger } from "pino";

export type CarrierLogger = Logger;

/** A structured log on standard error: standard output carries nothing but the ready line. */
export function createLogger(level: string): CarrierLogger {
  return pino({ name: "twilio-simulator", level }, destination({ dest: 2, sync: true }));
}
