import { describe, expect, it } from "vitest";
import { decideBeat, openingStatus, type BeatInput, type OpenSession } from "@/modules/agents/domain/beat";

const session: OpenSession = {
  clientId: "tab-1",
  choice: "choice-1",
  status: "available",
  deviceConnected: true,
  frozen: false,
  stale: false,
};
const beat: BeatInput = {
  deviceConnected: true,
  currentStatus: "available",
  clientId: "tab-1",
  takeOver: false,
  choiceId: "choice-1",
};
const nothing = {
  kind: "change",
  status: undefined,
  chose: false,
  takenOver: false,
  deviceChanged: false,
  deviceCame: false,
};

describe("decideBeat", () => {
  it("changes nothing when a beat repeats itself", () => {
    expect(decideBeat(session, beat)).toEqual(nothing);
  });

  it("keeps an away that the server set after missed rings, until the person chooses again", () => {
    const away: OpenSession = { ...session, status: "away" };
    expect(decideBeat(away, beat)).toEqual(nothing);
    expect(decideBeat(away, { ...beat, choiceId: "choice-2" })).toEqual({
      ...nothing,
      status: "available",
      chose: true,
    });
  });

  it("does the same for clients that send no choiceId: only a status that differs from their last is a choice", () => {
    const plain: BeatInput = { ...beat, choiceId: undefined };
    const away: OpenSession = { ...session, status: "away", choice: ":available" };
    expect(decideBeat(away, plain)).toEqual(nothing);
    // The client shows "away", beats so, and then the person chooses.
    const adopted: OpenSession = { ...away, choice: ":away" };
    expect(decideBeat(adopted, plain)).toEqual({ ...nothing, status: "available", chose: true });
  });

  it("lets one client hold the session", () => {
    const other: BeatInput = { ...beat, clientId: "tab-2" };
    expect(decideBeat(session, other)).toEqual({ kind: "superseded" });
    expect(decideBeat(session, { ...other, currentStatus: "offline" })).toEqual({ kind: "superseded" });
    expect(decideBeat(session, { ...other, takeOver: true })).toMatchObject({ kind: "change", takenOver: true });
    expect(decideBeat({ ...session, stale: true }, other)).toMatchObject({ kind: "change", takenOver: true });
    expect(decideBeat({ ...session, clientId: "unnamed" }, other)).toEqual(nothing);
    expect(decideBeat(session, { ...beat, clientId: undefined })).toEqual(nothing);
  });

  it("takes the same status, chosen again, for a choice", () => {
    expect(decideBeat(session, { ...beat, choiceId: "choice-2" })).toEqual({ ...nothing, chose: true });
  });

  it("closes on offline, repeated or not", () => {
    expect(decideBeat(session, { ...beat, currentStatus: "offline" })).toEqual({ kind: "close" });
  });

  it("notices the device", () => {
    expect(decideBeat(session, { ...beat, deviceConnected: false })).toEqual({ ...nothing, deviceChanged: true });
    const gone: OpenSession = { ...session, deviceConnected: false };
    expect(decideBeat(gone, beat)).toEqual({ ...nothing, deviceChanged: true, deviceCame: true });
    expect(decideBeat({ ...gone, frozen: true }, beat)).toEqual({ ...nothing, deviceChanged: true });
  });
});

describe("openingStatus", () => {
  const last = { choice: "choice-1", statusReason: "missed_rings", logoutReason: "lease_expired" };

  it("comes back as the sweep found it", () => {
    expect(openingStatus(beat, last)).toEqual({ status: "away", statusReason: "missed_rings" });
  });

  it.each([
    ["nothing was before", undefined, beat],
    ["the person has chosen since", last, { ...beat, choiceId: "choice-2" }],
    ["the person had signed out", { ...last, logoutReason: "signed_out" }, beat],
    ["nothing was wrong before", { ...last, statusReason: null }, beat],
  ])("begins as the beat says when %s", (_name, before, input) => {
    expect(openingStatus(input, before)).toEqual({ status: "available", statusReason: null });
  });
});
