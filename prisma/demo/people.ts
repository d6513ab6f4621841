/** Who signs in to the demonstration. Their password is the one that `npm start` prints. */
export const staff = [
  { email: "admin@evenhand.test", name: "Ingrid Solberg", role: "admin" },
  { email: "manager@evenhand.test", name: "Marcus Adeyemi", role: "manager" },
] as const;

export interface DemoAgent {
  email: string;
  name: string;
  /** Open leads the demonstration gives them. */
  openLeads: number;
  /** Leads they closed, and how many of those were won. */
  closed: number;
  converted: number;
}

/** One agent is full and one above 80 %, so that capacity can be seen at work. */
export const agents: readonly DemoAgent[] = [
  { email: "agent1@evenhand.test", name: "Aisha Rahman", openLeads: 9, closed: 12, converted: 6 },
  { email: "agent2@evenhand.test", name: "Ben Okafor", openLeads: 14, closed: 9, converted: 3 },
  { email: "agent3@evenhand.test", name: "Clara Lindqvist", openLeads: 21, closed: 14, converted: 9 },
  { email: "agent4@evenhand.test", name: "Diego Fuentes", openLeads: 17, closed: 8, converted: 2 },
  { email: "agent5@evenhand.test", name: "Elif Kaya", openLeads: 25, closed: 11, converted: 7 },
  { email: "agent6@evenhand.test", name: "Finn Gallagher", openLeads: 12, closed: 7, converted: 1 },
  { email: "agent7@evenhand.test", name: "Grace Nakamura", openLeads: 6, closed: 6, converted: 3 },
  { email: "agent8@evenhand.test", name: "Hugo Martin", openLeads: 3, closed: 4, converted: 1 },
];

export const AGENT_CAPACITY = 25;

export interface DemoTeam {
  name: string;
  agents: readonly string[];
}

/** Who is dealt, and sees while nobody has them, the leads of which team. */
export const teams: readonly [DemoTeam, DemoTeam] = [
  {
    name: "Enterprise",
    agents: ["agent1@evenhand.test", "agent3@evenhand.test", "agent5@evenhand.test", "agent7@evenhand.test"],
  },
  {
    name: "Small business",
    agents: ["agent2@evenhand.test", "agent4@evenhand.test", "agent6@evenhand.test", "agent7@evenhand.test"],
  },
];

/** Leads nobody has yet. */
export const UNASSIGNED = 62;

export const queue = {
  key: "support",
  name: "Customer support",
  welcome:
    "Welcome to Evenhand. Thank you for calling. You are in the queue, and we will tell you how long it is likely to take.",
} as const;

/** The second queue: some of the agents, the last two of them only when the others are busy. */
export const salesQueue = {
  key: "sales",
  name: "Sales",
  welcome: "Welcome to Evenhand sales. Thank you for calling.",
  strategy: "performance_weighted",
  overflowAfterSeconds: 120,
  members: [
    { email: "agent1@evenhand.test", level: 1 },
    { email: "agent2@evenhand.test", level: 1 },
    { email: "agent3@evenhand.test", level: 1 },
    { email: "agent7@evenhand.test", level: 2 },
    { email: "agent8@evenhand.test", level: 2 },
  ],
} as const;

/** What the second number of the demonstration leads to. The first one leads straight to the support queue. */
export const menu = {
  number: "+15550100010",
  name: "Main menu",
  prompt: "Welcome to Evenhand. For sales, press 1. For support, press 2.",
  invalidText: "Sorry, that key means nothing here.",
} as const;
