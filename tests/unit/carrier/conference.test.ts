import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CarrierHouse, eventually } from "../../support/carrier/carrier-house";

const EVENTS = "start end join leave mute hold modify announcement";

describe("conferences", () => {
  let the: CarrierHouse;
  beforeEach(async () => {
    the = await new CarrierHouse().start();
    the.product.on("/hold", "<Play>/hold.wav</Play>");
    the.product.on("/announce", "<Say>Attention</Say>");
    the.product.on("/done", '<Say>over</Say><Pause length="60"/>');
  });
  afterEach(async () => {
    expect(the.media.leaks()).toEqual([]);
    await the.stop();
  });

  const join = async (attributes: string, name = "room") => {
    the.product.on(
      "/voice",
      `<Dial action="/done"><Conference statusCallback="/events" statusCallbackEvent="${EVENTS}" ${attributes}>${name}</Conference></Dial>`,
    );
    const call = await the.callIn();
    await the.untilState(call, "in_conference");
    return call;
  };
  const events = () => the.product.at("/events").map((hook) => hook.params);
  const untilEvent = (event: string, callSid?: string) =>
    eventually(
      () =>
        events().find((one) => one.StatusCallbackEvent === event && (callSid === undefined || one.CallSid === callSid)),
      `event ${event}`,
    );
  const conferenceSid = async () => (await the.client.conferences.list())[0]?.sid ?? "";

  it("plays the wait music to the first, starts with the second, and mixes both", async () => {
    const first = await join("");
    await eventually(async () => (await the.view(first)).heard.includes("music"), "music");
    expect((await the.client.conferences.list())[0]?.status).toBe("init");
    const second = await join("");
    await untilEvent("conference-start");
    expect(the.media.mixOf(first)).toEqual([first, second].sort());
    expect((await the.client.conferences.list())[0]?.status).toBe("in-progress");
  });

  it("an empty waitUrl means silence; startConferenceOnEnter=false waits for somebody who may start", async () => {
    const first = await join('waitUrl="" startConferenceOnEnter="false"');
    const second = await join('waitUrl="" startConferenceOnEnter="false"');
    expect(the.media.mixOf(first)).toEqual([]);
    const third = await join('waitUrl=""');
    await untilEvent("conference-start");
    expect(the.media.mixOf(third)).toEqual([first, second, third].sort());
    expect((await the.view(first)).heard).toEqual([]);
  });

  it("the first participant fixes the callback and its events", async () => {
    the.product.on(
      "/voice",
      '<Dial><Conference statusCallback="/first" statusCallbackEvent="leave" waitUrl="">room</Conference></Dial>',
    );
    const first = await the.callIn();
    await the.untilState(first, "in_conference");
    await join("");
    await the.hangUp(first);
    expect((await the.webhook("/first")).params).toMatchObject({
      StatusCallbackEvent: "participant-leave",
      SequenceNumber: "1",
    });
    expect(events()).toEqual([]);
  });

  it("hold plays its document alone, unhold goes back; mute and coaching reach the sound", async () => {
    const caller = await join('waitUrl=""');
    const agent = await join('waitUrl=""');
    const sid = await conferenceSid();
    const participants = the.client.conferences(sid).participants;
    const held = await participants(caller).update({ hold: true, holdUrl: `${the.product.url}/hold` });
    expect(held).toMatchObject({ hold: true, muted: false, status: "connected" });
    expect(the.media.mixOf(caller)).toEqual([]);
    await eventually(
      async () => (await the.view(caller)).heard.includes(`play: ${the.product.url}/hold.wav`),
      "hold music",
    );
    await untilEvent("participant-hold", caller);
    await participants(caller).update({ hold: false });
    expect(the.media.mixOf(caller)).toEqual([agent, caller].sort());
    expect(await untilEvent("participant-unhold")).toMatchObject({ Hold: "false" });

    await participants(agent).update({ muted: true });
    expect(the.media.legs.get(agent)?.muted).toBe(true);
    expect(await untilEvent("participant-mute")).toMatchObject({ CallSid: agent, Muted: "true" });
    await participants(agent).update({ muted: false, coaching: true, callSidToCoach: caller });
    expect(the.media.legs.get(agent)?.coaching).toBe(the.media.legs.get(caller));
    expect(await untilEvent("participant-modify")).toMatchObject({ Coaching: "true", CallSidToCoach: caller });
    await participants(agent).update({ coaching: false });
    expect(the.media.legs.get(agent)?.coaching).toBeNull();
    await expect(
      participants(agent).update({ coaching: true, callSidToCoach: `CA${"0".repeat(32)}` }),
    ).rejects.toMatchObject({ code: 13240 });
  });

  it("announces to one and to all, then everybody is back", async () => {
    const [one, two] = [await join('waitUrl=""'), await join('waitUrl=""')];
    const sid = await conferenceSid();
    await the.client
      .conferences(sid)
      .participants(one)
      .update({ announceUrl: `${the.product.url}/announce` });
    expect(await untilEvent("announcement-end")).toMatchObject({
      CallSid: one,
      AnnounceUrl: `${the.product.url}/announce`,
    });
    expect((await the.view(two)).heard).toEqual([]);
    await the.client.conferences(sid).update({ announceUrl: `${the.product.url}/announce` });
    const whole = await eventually(
      () => events().find((one) => one.StatusCallbackEvent === "announcement-end" && !one.CallSid),
      "its event",
    );
    expect(whole).toMatchObject({ AnnounceUrl: `${the.product.url}/announce`, FriendlyName: "room" });
    await eventually(() => the.media.mixOf(one).length === 2, "back in the room");
    expect((await the.view(two)).heard).toEqual(["say: Attention"]);
  });

  it("endConferenceOnExit ends it for all; each one's Dial action runs", async () => {
    const [agent, caller] = [await join('waitUrl="" endConferenceOnExit="true"'), await join('waitUrl=""')];
    await the.hangUp(agent);
    await eventually(async () => (await the.view(caller)).heard.includes("say: over"), "the caller goes on");
    const end = await untilEvent("conference-end");
    expect(end).toMatchObject({
      ReasonConferenceEnded: "participant-with-end-conference-on-exit-left",
      CallSidEndingConference: agent,
    });
    expect(await untilEvent("participant-leave", agent)).toMatchObject({
      ReasonParticipantLeft: "participant_hung_up",
      ParticipantCallStatus: "completed",
    });
    expect(await untilEvent("participant-leave", caller)).toMatchObject({
      ReasonParticipantLeft: "moderator_ended_conference",
    });
    expect(await the.client.conferences(await conferenceSid()).fetch()).toMatchObject({
      status: "completed",
      reasonConferenceEnded: "participant-with-end-conference-on-exit-left",
      callSidEndingConference: agent,
    });
    const done = await eventually(
      () => the.product.at("/done").find((hook) => hook.params.CallSid === caller),
      "its action",
    );
    expect(done.params.DialCallStatus).toBe("answered");
  });

  it("endConferenceOnExit can be switched by REST before a transfer", async () => {
    const [agent, caller] = [await join('waitUrl="" endConferenceOnExit="true"'), await join('waitUrl=""')];
    const sid = await conferenceSid();
    await the.client.conferences(sid).participants(agent).update({ endConferenceOnExit: false });
    await the.hangUp(agent);
    await untilEvent("participant-leave", agent);
    expect((await the.view(caller)).state).toBe("in_conference");
  });

  it("REST ends a conference, or takes one participant out", async () => {
    const [one, two] = [await join('waitUrl=""'), await join('waitUrl=""')];
    const sid = await conferenceSid();
    expect(await the.client.conferences(sid).participants(one).remove()).toBe(true);
    await eventually(async () => (await the.view(one)).heard.includes("say: over"), "the first goes on");
    await the.client.conferences(sid).update({ status: "completed" });
    await eventually(async () => (await the.view(two)).heard.includes("say: over"), "the second goes on");
    expect(await untilEvent("conference-end")).toMatchObject({ ReasonConferenceEnded: "conference-ended-via-api" });
    await expect(the.client.conferences(sid).participants(two).fetch()).rejects.toMatchObject({ code: 20404 });
  });

  it("somebody moved out by REST hears nothing of the conference any more, and says why they left", async () => {
    the.product.on("/wait", "<Say>please wait</Say>");
    const alone = await join('waitUrl="/wait"', "waiting room");
    await the.webhook("/wait");
    await the.client.calls(alone).update({ url: `${the.product.url}/done` });
    await the.untilState(alone, "in_progress");
    const fetched = the.product.at("/wait").length;
    const [one, two] = [await join('waitUrl=""'), await join('waitUrl=""')];
    await the.client.calls(one).update({ url: `${the.product.url}/done` });
    expect(await untilEvent("participant-leave", one)).toMatchObject({
      ReasonParticipantLeft: "participant_updated_via_api",
      ParticipantCallStatus: "in-progress",
    });
    expect(the.media.mixOf(one)).toEqual([]);
    expect(the.media.mixOf(two)).toEqual([two]);
    await delay(1_200);
    expect(the.product.at("/wait").length).toBe(fetched);
  });

  it("numbers its events without gaps from 1, all of them signed", async () => {
    const [one, two] = [await join('waitUrl=""'), await join('waitUrl=""')];
    await the.hangUp(one);
    await the.hangUp(two);
    await untilEvent("conference-end");
    const numbers = events()
      .map((event) => Number(event.SequenceNumber))
      .sort((a, b) => a - b);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
    expect(the.product.received.every((hook) => hook.signed)).toBe(true);
  });

  it("a label is unique in a conference (16025) and addresses its participant", async () => {
    const first = await join('waitUrl="" participantLabel="customer"');
    const sid = await conferenceSid();
    expect(await the.client.conferences(sid).participants("customer").fetch()).toMatchObject({
      callSid: first,
      label: "customer",
    });
    await the.callIn();
    await eventually(async () => (await the.warnings()).includes(16025), "the warning");
  });

  it("REST adds a participant by ringing them", async () => {
    the.signalling.registered.add("boss");
    const caller = await join('waitUrl=""');
    const created = await the.client.conferences(await conferenceSid()).participants.create({
      to: "client:boss",
      from: "+15005550006",
      label: "boss",
      muted: true,
      endConferenceOnExit: false,
    });
    expect(created).toMatchObject({ status: "queued", label: "boss", muted: true });
    (await eventually(() => the.signalling.rung[0], "ringing")).answer();
    await eventually(() => the.media.mixOf(caller).length === 2, "both are in");
    expect(the.media.legs.get(created.callSid)?.muted).toBe(true);
  });
});
