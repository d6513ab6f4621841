import type { Db } from "@/lib/db/client";
import type { Prisma } from "@/lib/db/generated/client";
import { newId } from "@/lib/ids";

export interface LeadInput {
  name?: string;
  phone?: string;
  email?: string | null;
  source?: string;
  disposition?: string;
  priority?: "normal" | "high" | "urgent";
  tags?: string[];
  /** Opaque agent id. The database refuses a lead past max_capacity here as anywhere. */
  assignedTo?: string;
  assignedAt?: Date;
  createdAt?: Date;
  /** Midnight in UTC. */
  followUpOn?: Date;
  deletedAt?: Date;
}

let made = 0;

/** One lead, written straight into the table (no activity, no audit); answers its id. */
export async function createLead(db: Db, input: LeadInput = {}): Promise<string> {
  const row = leadRow(input);
  await db.lead.create({ data: row });
  return row.id;
}

/** Many alike leads in few statements; answers their ids in order. */
export async function createLeads(db: Db, count: number, input: LeadInput = {}): Promise<string[]> {
  const rows = Array.from({ length: count }, () => leadRow(input));
  for (let from = 0; from < rows.length; from += 1_000) {
    await db.lead.createMany({ data: rows.slice(from, from + 1_000) });
  }
  return rows.map((row) => row.id);
}

function leadRow(input: LeadInput): Prisma.LeadCreateManyInput & { id: string } {
  made += 1;
  const { assignedTo, disposition } = input;
  return {
    id: newId(),
    name: input.name ?? `Lead ${made}`,
    phone: input.phone ?? `+1555${String(2_000_000 + (made % 8_000_000))}`,
    email: input.email ?? null,
    source: input.source ?? "web",
    priority: input.priority ?? "normal",
    tags: input.tags ?? [],
    ...(disposition === undefined ? {} : { dispositionCode: disposition }),
    ...(assignedTo === undefined
      ? {}
      : {
          assignedAgentId: assignedTo,
          assignedAt: input.assignedAt ?? new Date(),
        }),
    ...(input.createdAt ? { createdAt: input.createdAt, updatedAt: input.createdAt } : {}),
    ...(input.followUpOn ? { followUpOn: input.followUpOn } : {}),
    ...(input.deletedAt ? { deletedAt: input.deletedAt } : {}),
  };
}
