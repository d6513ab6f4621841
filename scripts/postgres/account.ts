import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 15_000;
const USER = "postgres";

/** The user Postgres runs as, when it is not the one running this process. */
export interface Account {
  uid: number;
  gid: number;
}

async function look(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ["-u", "-g"].map(async (flag) => {
        const { stdout } = await run("id", [flag, USER], { timeout: COMMAND_TIMEOUT_MS });
        return Number.parseInt(stdout, 10);
      }),
    );
    return uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { uid, gid };
  } catch {
    // `id` exits non-zero exactly when there is no such user.
    return undefined;
  }
}

/**
 * Postgres refuses to run as root. As root we run it as the system user `postgres`, made when there is none; as
 * anybody else it simply runs as that person.
 */
export async function postgresAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = await look();
  if (existing) return existing;

  const attempts: [string, string[]][] = [
    ["useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", USER]],
    // BusyBox (Alpine) has adduser only.
    ["adduser", ["-S", "-D", "-H", "-s", "/bin/false", USER]],
  ];
  const failures: string[] = [];
  for (const [command, args] of attempts) {
    try {
      await run(command, args, { timeout: COMMAND_TIMEOUT_MS });
      const created = await look();
      if (created) return created;
    } catch (error) {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    }
  }
  throw new Error(
    `Postgres cannot run as root, and the user "${USER}" could not be made (${failures.join("; ")}). ` +
      "Run as an ordinary user, or set DATABASE_URL.",
  );
}
