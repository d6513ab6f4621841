import { expect, it } from "vitest";
import { newId } from "@/lib/ids";
import { agentIdOfIdentity, clientIdentity } from "@/modules/twilio-voice/domain/client-identity";

it("names an agent at the carrier and finds it again", () => {
  const agentId = newId();
  expect(clientIdentity(agentId)).toMatch(/^agent_[0-9a-f]{32}$/);
  expect(agentIdOfIdentity(clientIdentity(agentId))).toBe(agentId);
  expect(agentIdOfIdentity(`client:${clientIdentity(agentId)}`)).toBe(agentId);
});

it.each(["", "agent_", "+15550100000", "client:somebody", "agent_zz", `agent_${"0".repeat(33)}`])(
  "%j is nobody",
  (text) => {
    expect(agentIdOfIdentity(text)).toBeUndefined();
  },
);
