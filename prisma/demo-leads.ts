/** One lead of the demo; times are days before today, `agent` the number of its agent. */
export interface DemoLead {
  name: string;
  phone: string;
  email: string | null;
  source: string;
  disposition: string;
  priority: "normal" | "high" | "urgent";
  tags: string[];
  agent: number | null;
  createdDaysAgo: number;
  assignedDaysAgo: number | null;
  activeDaysAgo: number;
  note: string | null;
}

const FIRST =
  "Ada Amir Anika Boris Carla Chen Clara Dmitri Elena Emre Farah Felix Greta Hugo Imani Ines Jonas Kavya Lars Leila Luca Maya Mei Nadia Noah Olga Omar Petra Quentin Rafael Rosa Samir Sofia Tariq Thea Uma Viktor Wanda Yara Zoe".split(
    " ",
  );
const LAST =
  "Abbott Berg Castellano Dubois Eriksen Fischer Grant Haddad Ivanova Jensen Keller Laurent Marsh Nakamura Okafor Park Quinn Rossi Sandoval Thorne Ueda Varga Whitaker Xu Young Zimmermann".split(
    " ",
  );
const SOURCES = ["web", "referral", "trade fair", "newsletter", "partner", "phone"];
const TAGS = ["hot", "vip", "renewal", "price", "competitor", "demo booked", "spanish"];
const OPEN = ["new", "new", "attempted", "contacted", "interested", "follow_up"];
const CLOSED = ["converted", "converted", "not_interested", "wrong_number", "closed"];
const NOTES = [
  "Asked for a second offer by e-mail; decides with her partner on Friday.",
  "Wants to hear about the yearly plan. Best reached after 4 pm.",
  "Left a message with the assistant.",
  "Compares us with two others; price is not the main point.",
  "Knows us from the spring fair and was friendly.",
  "Needs the contract in Spanish.",
];

/** Open leads of each agent: one full, one nearly full, one idle, the rest in between. */
const LOAD = [14, 25, 21, 11, 8, 17, 0, 5];
const LEADS = 240;

/** Numbers in [0, 1), the same every time: a linear congruential generator with the constants of Numerical Recipes. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** The demo's leads for `agents` agents: Dana Whitfield first, whom the demo's telephone calls as. */
export function demoLeads(agents: number): DemoLead[] {
  const random = seeded(20_261);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const owners = LOAD.slice(0, agents).flatMap((load, agent) => Array.from({ length: load }, () => agent));
  return [
    dana(),
    ...Array.from({ length: LEADS - 1 }, (_, index): DemoLead => {
      const name = `${pick(FIRST)} ${pick(LAST)}`;
      const owner = owners[index] ?? null;
      const isClosed = owner === null && random() < 0.35;
      const createdDaysAgo = 1 + random() * 150;
      const assignedDaysAgo = owner === null && !isClosed ? null : createdDaysAgo * random();
      return {
        name,
        phone: `+1555${String(1_000_000 + index * 7_919).slice(0, 7)}`,
        email: random() < 0.8 ? `${name.toLowerCase().replaceAll(" ", ".")}${index}@example.com` : null,
        source: pick(SOURCES),
        disposition: isClosed ? pick(CLOSED) : owner === null ? "new" : pick(OPEN),
        priority: random() < 0.08 ? "urgent" : random() < 0.25 ? "high" : "normal",
        tags: TAGS.filter(() => random() < 0.12),
        agent: isClosed ? Math.floor(random() * agents) : owner,
        createdDaysAgo,
        assignedDaysAgo,
        activeDaysAgo: (assignedDaysAgo ?? createdDaysAgo) * random(),
        note: random() < 0.4 ? pick(NOTES) : null,
      };
    }),
  ];
}

function dana(): DemoLead {
  return {
    name: "Dana Whitfield",
    phone: "+15550100100",
    email: "dana.whitfield@example.com",
    source: "referral",
    disposition: "interested",
    priority: "high",
    tags: ["hot", "renewal"],
    agent: 0,
    createdDaysAgo: 12,
    assignedDaysAgo: 3,
    activeDaysAgo: 1,
    note: "Asked about the yearly plan; will call back once she has talked with her team.",
  };
}
