import { ConfigurationError, readConfiguration, type CarrierConfig } from "./configuration";
import { startCarrier } from "./start-carrier";

/** Reads the environment, starts the carrier, says so in one line on standard output, and ends cleanly on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  let config: CarrierConfig;
  try {
    config = readConfiguration(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    fail(error.message);
    return;
  }
  try {
    const carrier = await startCarrier(config);
    process.stdout.write(`${JSON.stringify({ ready: true, port: carrier.port })}\n`);
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      carrier.close().then(
        () => process.exit(0),
        (error: unknown) => fail(`The carrier did not end cleanly: ${describe(error)}`),
      );
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  } catch (error) {
    fail(startFailure(error, config));
  }
}

function startFailure(error: unknown, config: CarrierConfig): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") {
    return `Port ${config.port} on ${config.host} is taken: stop the program that has it, or set SIMULATOR_PORT.`;
  }
  if (code === "EACCES")
    return `Port ${config.port} on ${config.host} is not allowed: set SIMULATOR_PORT to one above 1023.`;
  return `The carrier could not start: ${describe(error)}`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

await main();
