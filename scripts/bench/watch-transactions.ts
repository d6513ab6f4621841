import pg from "pg";

const SAMPLE_MS = 20;

/** Samples the age of the product's open transactions; stop() answers the oldest one seen, in milliseconds. */
export async function watchTransactions(databaseUrl: string): Promise<{ stop(): Promise<number> }> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const stopped = new AbortController();
  let oldest = 0;
  const watch = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const { rows } = await client.query<{ ms: number | null }>(
        `SELECT max(extract(epoch FROM clock_timestamp() - xact_start) * 1000)::float8 AS ms FROM pg_stat_activity
         WHERE application_name = 'evenhand' AND datname = current_database()`,
      );
      oldest = Math.max(oldest, rows[0]?.ms ?? 0);
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  };
  const watching = watch();
  return {
    async stop() {
      stopped.abort();
      await watching;
      await client.end();
      return Math.round(oldest);
    },
  };
}
