import { request, type Agent } from "node:http";
import { encode } from "next-auth/jwt";
import { createDb, type Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { REPORT } from "./presence-world";
import type { WebServer } from "./web-server";

/** An agent of a bench who is signed in as a browser is, by a session cookie, and may beat. */
export interface Softphone {
  agentId: string;
  cookie: string;
}

interface Person {
  userId: string;
  agentId: string;
  sessionId: string;
  email: string;
}

/** Rows that one statement of Prisma's can carry with room to spare. */
const MOST_ROWS = 2_000;
const SIGNED_IN_S = 3_600;

/** New agents in the server's database, each with a sign-in of their own. */
export async function signInAgents(
  { databaseUrl, authSecret }: Pick<WebServer, "databaseUrl" | "authSecret">,
  count: number,
): Promise<Softphone[]> {
  const db = createDb(databaseUrl, 2);
  try {
    const people = Array.from({ length: count }, () => {
      const agentId = newId();
      return { userId: newId(), agentId, sessionId: newId(), email: `bench-${agentId}@evenhand.test` };
    });
    for (let from = 0; from < people.length; from += MOST_ROWS) {
      await addPeople(db, people.slice(from, from + MOST_ROWS));
    }
    return await Promise.all(
      people.map(async ({ agentId, sessionId }) => {
        const token = await encode({ token: { sid: sessionId }, secret: authSecret, maxAge: SIGNED_IN_S });
        return { agentId, cookie: `next-auth.session-token=${token}` };
      }),
    );
  } finally {
    await db.$disconnect();
  }
}

async function addPeople(db: Db, people: readonly Person[]): Promise<void> {
  const expiresAt = new Date(Date.now() + SIGNED_IN_S * 1_000);
  await db.user.createMany({
    data: people.map(({ userId, email }) => ({ id: userId, email, name: email, role: "agent", passwordHash: "none" })),
  });
  await db.agent.createMany({ data: people.map(({ userId, agentId }) => ({ id: agentId, userId })) });
  await db.authSession.createMany({
    data: people.map(({ userId, sessionId }) => ({ id: sessionId, userId, kind: "browser", expiresAt })),
  });
}

/** What the softphone sends every 30 s when nothing has changed. */
export const beatOf = (agentId: string) => ({
  agentId,
  deviceConnected: true,
  currentStatus: "available",
  device: REPORT,
  clientId: "bench",
  choiceId: "bench",
});

/** One beat over HTTP, to the end of its answer; throws when it is refused. */
export function beat(address: string, { agentId, cookie }: Softphone, agent: Agent): Promise<void> {
  const body = JSON.stringify(beatOf(agentId));
  const headers = { cookie, "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    const sent = request(`${address}/api/agent-heartbeat`, { method: "POST", headers, agent }, (response) => {
      response.resume();
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`A beat was answered with ${response.statusCode}`));
      });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
