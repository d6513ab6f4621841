import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Account } from "../contract";
export function telephoneRoutes(_deps: { account: Account; log: Logger }): (request: IncomingMessage, response: ServerResponse) => boolean {
  return () => false;
}
