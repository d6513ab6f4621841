import { z } from "zod";
import { contract, everyone } from "@/lib/http/contract";

/** Answers text/event-stream: `data: {"topic", …ids}` for each change, and the events `hello` and `reset`. */
export const listenToEvents = contract({
  method: "GET",
  path: "/api/events",
  summary: "Live changes as Server-Sent Events; Last-Event-ID resumes, `reset` asks to read everything again",
  access: everyone,
  query: z.strictObject({
    lastEventId: z.string().max(100).optional().describe("for clients that cannot send the Last-Event-ID header"),
  }),
});

export const realtimeContracts = [listenToEvents];
