/** What answering machine detection finds. */
export type AnsweredBy = "human" | "machine_start" | "machine_end_beep";
