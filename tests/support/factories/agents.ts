import type { Db } from "@/lib/db/client";
import { newId } from "@/lib/ids";
import { createUser, type TestUser, type UserInput } from "./users";

export interface TestAgent extends TestUser {
  agentId: string;
}

export interface AgentInput extends Omit<UserInput, "role"> {
  maxCapacity?: number;
  availability?: "active" | "busy" | "away" | "offline";
  lastAssignedAt?: Date;
}

/** An agent with their account: active, with room for 100 leads, unless said otherwise. */
export async function createAgent(db: Db, input: AgentInput = {}): Promise<TestAgent> {
  const { maxCapacity = 100, availability = "active", lastAssignedAt, ...person } = input;
  const user = await createUser(db, { ...person, role: "agent" });
  const agentId = newId();
  await db.agent.create({
    data: {
      id: agentId,
      userId: user.userId,
      maxCapacity,
      availability,
      ...(lastAssignedAt ? { lastAssignedAt } : {}),
    },
  });
  return { ...user, agentId };
}

/** Several alike agents, one after the other. */
export async function createAgents(db: Db, count: number, input: AgentInput = {}): Promise<TestAgent[]> {
  const agents: TestAgent[] = [];
  for (let made = 0; made < count; made += 1) agents.push(await createAgent(db, input));
  return agents;
}

/** What the database says the agent holds, beside what a count of the leads says. Law 5: they are equal. */
export async function loadOf(db: Db, agentId: string): Promise<{ openLeads: number; counted: number; max: number }> {
  const agent = await db.agent.findUniqueOrThrow({ where: { id: agentId } });
  const counted = await db.lead.count({
    where: {
      assignedAgentId: agentId,
      deletedAt: null,
      disposition: { isOpen: true },
    },
  });
  return { openLeads: agent.openLeads, counted, max: agent.maxCapacity };
}
