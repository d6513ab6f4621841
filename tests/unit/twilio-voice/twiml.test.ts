import { describe, expect, it } from "vitest";
import { renderTwiml } from "@/modules/twilio-voice/adapters/render-twiml";
import { isSignedBy } from "@/modules/twilio-voice/adapters/webhook-signature";
import { VoiceUrls } from "@/modules/twilio-voice/domain/voice-urls";
import { HOUSE_WORDING } from "@/modules/call-queue/domain/announcements/wording";
import { agentJoins, callerJoins, enqueueCaller, holdTheLine } from "@/modules/twilio-voice/twiml/documents";
import { parseTwiml } from "../../../modules/twilio-simulator/twiml/parse";
import { backoffSeconds } from "@/modules/call-queue/domain/carrier-commands";

const urls = new VoiceUrls("https://evenhand.example");

describe("the documents", () => {
  it("escape what is spoken and addressed", () => {
    const place = { entryId: "e1", queueKey: "main" };
    const words = { text: 'Tom & "Ann" <hello>', language: "en-US" };
    const xml = renderTwiml(enqueueCaller(urls, place, words, 1));
    const [say, enqueue] = parseTwiml(xml);
    expect(say).toMatchObject({ name: "Say", text: 'Tom & "Ann" <hello>', attributes: { language: "en-US" } });
    expect(enqueue).toMatchObject({
      name: "Enqueue",
      text: "main",
      attributes: {
        waitUrl: "https://evenhand.example/api/webhooks/twilio/queue-hold-music?entry=e1",
        action: "https://evenhand.example/api/webhooks/twilio/queue-handler?entry=e1&attempt=1",
      },
    });
  });

  it("end the conference with the caller, not with the agent", () => {
    const conference = (xml: string) => parseTwiml(xml)[0]?.children[0];
    const seat = { entryId: "e1", offerId: "o1", consent: undefined };
    const caller = conference(renderTwiml(callerJoins(urls, seat)));
    const agent = conference(renderTwiml(agentJoins(urls, seat)));
    for (const side of [caller, agent]) expect(side?.attributes.record).toBeUndefined();
    expect(caller).toMatchObject({
      text: "o1",
      attributes: { endConferenceOnExit: "true", beep: "false", waitUrl: "" },
    });
    expect(agent).toMatchObject({
      text: "o1",
      attributes: { endConferenceOnExit: "false", participantLabel: "agent" },
    });
  });

  it("record a conversation from both sides, and tell the caller before", () => {
    const seat = { entryId: "e1", offerId: "o1", consent: { text: "We record this.", language: "en-GB" } };
    const [words, dial] = parseTwiml(renderTwiml(callerJoins(urls, seat)));
    expect(words).toMatchObject({ name: "Say", text: "We record this.", attributes: { language: "en-GB" } });
    const [agentDial] = parseTwiml(renderTwiml(agentJoins(urls, seat)));
    for (const conference of [dial?.children[0], agentDial?.children[0]]) {
      expect(conference?.attributes).toMatchObject({
        record: "record-from-start",
        trim: "do-not-trim",
        recordingStatusCallbackEvent: "in-progress completed absent",
      });
      expect(conference?.attributes.recordingStatusCallback).toContain("/recording?entry=e1&talk=o1");
    }
  });

  it("hold a line whose document cannot be made, for a bounded time", () => {
    let url = "https://evenhand.example/api/webhooks/twilio/voice?x=1";
    let rounds = 0;
    for (; rounds < 100; rounds += 1) {
      const redirect = holdTheLine(url, HOUSE_WORDING).find((verb) => verb.verb === "redirect");
      if (redirect?.verb !== "redirect") break;
      url = redirect.url;
    }
    expect(rounds).toBe(30);
    expect(holdTheLine(url, HOUSE_WORDING).map((verb) => verb.verb)).toEqual(["say", "hangup"]);
    expect(holdTheLine("https://evenhand.example/a?hold=nonsense", HOUSE_WORDING).at(-1)).toEqual({ verb: "hangup" });
  });
});

describe("signatures", () => {
  it("refuse a missing and a wrong one", () => {
    const request = { url: "https://evenhand.example/api/webhooks/twilio/voice", params: { CallSid: "CA1" } };
    expect(isSignedBy("token", { ...request, signature: null })).toBe(false);
    expect(isSignedBy("token", { ...request, signature: "AAAA" })).toBe(false);
  });
});

describe("the pause before another attempt", () => {
  it("doubles from half a second to 8", () => {
    expect([1, 2, 3, 4, 5, 6, 9].map((attempt) => backoffSeconds(attempt, () => 0))).toEqual([0.5, 1, 2, 4, 8, 8, 8]);
    expect(backoffSeconds(5, () => 1)).toBe(10);
  });
});
