import { createDb } from "@/lib/db/client";
import { scaleDatabase } from "../scale-data/scale-database";
import type { BenchOptions } from "./figure";
import { type ManagerOverHttp, managerOverHttp } from "./manager-over-http";
import { webOver } from "./web-server";

/** Leads that the benches of bulk work and search need, unless the command says otherwise. */
export const SCALE_LEADS = 1_000_000;

/** A web process and a worker over a database of many leads, with a manager who asks. */
export interface ScaleServer {
  databaseUrl: string;
  leads: number;
  agents: { agentId: string; email: string }[];
  manager: ManagerOverHttp;
  stop(): Promise<void>;
}

export async function scaleServer({ leads = SCALE_LEADS }: BenchOptions): Promise<ScaleServer> {
  const database = await scaleDatabase({ leads, log: (line) => console.log(line) });
  try {
    const web = await webOver(database.databaseUrl, { worker: true });
    const db = createDb(database.databaseUrl, 2);
    const manager = await managerOverHttp(db, web.address, web.authSecret);
    const agents = await db.agent.findMany({
      where: { availability: "active", user: { disabledAt: null } },
      select: { id: true, user: { select: { email: true } } },
      orderBy: { id: "asc" },
    });
    await db.$disconnect();
    return {
      databaseUrl: database.databaseUrl,
      leads,
      agents: agents.map(({ id, user }) => ({ agentId: id, email: user.email })),
      manager,
      async stop() {
        await web.stop();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}
