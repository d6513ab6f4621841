import { expect, it } from "vitest";
import { parseEvent } from "@/modules/realtime/components/event-connection";
import { staleRoots } from "@/modules/realtime/domain/query-keys";

it.each([
  ["lead", "leads"],
  ["agent", "agents"],
  ["presence", "presence"],
  ["queue", "queues"],
  ["call", "current-call"],
  ["offer", "current-call"],
  ["plan", "plans"],
  ["alert", "carrier"],
])("an event of %s makes %s stale", (topic, root) => {
  expect(staleRoots({ topic })).toContain(root);
});

it("knows nothing of topics to come, nor of names every object has", () => {
  expect(staleRoots({ topic: "weather" })).toEqual([]);
  expect(staleRoots({ topic: "constructor" })).toEqual([]);
});

it("takes only events that name their topic", () => {
  expect(parseEvent('{"topic":"lead","leadId":"1"}')).toEqual({ topic: "lead", leadId: "1" });
  for (const text of ["", "null", "[]", '{"topic":1}', "{"]) expect(parseEvent(text)).toBeUndefined();
});
