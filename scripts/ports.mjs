// Plain JavaScript: a taken port is told before minutes are spent on installing.
import { createServer } from "node:net";

/** @param {string | undefined} text @param {string} name @param {number} fallback */
export function portNumber(text, name, fallback) {
  if (text === undefined || text === "") return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${name} must be a port between 1 and 65535, not ${JSON.stringify(text)}`);
  }
  return port;
}

/**
 * Rejects when a port cannot be listened on, naming the variable that changes it.
 * @param {{ port: number, host: string, variable: string, purpose: string }} wanted
 * @returns {Promise<void>}
 */
export function assertPortFree({ port, host, variable, purpose }) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      const reason = "code" in error && error.code === "EADDRINUSE" ? "is taken by another program" : error.message;
      reject(new Error(`Port ${port} (${purpose}) ${reason}. Set ${variable} to another port and start again.`));
    });
    server.listen({ port, host }, () => server.close(() => resolve()));
  });
}

/**
 * The two ports that `npm start` listens on itself; the database's is checked when the database starts.
 * @param {NodeJS.ProcessEnv} env
 */
export async function assertStartPortsFree(env) {
  const host = env.HOST || "127.0.0.1";
  const port = portNumber(env.PORT, "PORT", 3000);
  await assertPortFree({ port, host, variable: "PORT", purpose: "the web application" });
  if (env.TWILIO_ACCOUNT_SID) return;
  const simulator = portNumber(env.SIMULATOR_PORT, "SIMULATOR_PORT", 4010);
  await assertPortFree({
    port: simulator,
    host: "127.0.0.1",
    variable: "SIMULATOR_PORT",
    purpose: "the local carrier",
  });
}
