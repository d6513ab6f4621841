"use client";

import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { api } from "@/lib/client/api";
import { serverNow } from "@/lib/client/clock";
import { onReturn } from "@/lib/client/connection";
import { ProblemError } from "@/lib/client/problem";
import { beforeSignOut } from "@/lib/client/session";
import { signedInAgain } from "@/lib/client/sign-in-gate";
import { declineCall, endCall } from "@/modules/call-queue/schemas";
import { reportDeviceTest } from "@/modules/agents/presence.schemas";
import { ChoiceStore } from "../client/choice-store";
import { hearMicrophone } from "../client/hear-microphone";
import { createVoiceDevice, wakeSound } from "../client/load-voice-sdk";
import { SILENCE, type Levels } from "../client/phone-commands";
import { initialPhoneState } from "../client/phone-state";
import { Softphone, type SoftphoneSnapshot } from "../client/softphone";
import { voiceToken } from "../schemas";

/** A press on End must not hang for long: the person is told and can decide. */
const CALL_ACTION_TIMEOUT_MS = 4_000;

const SoftphoneContext = createContext<Softphone | undefined>(undefined);

/** Makes this tab's softphone and keeps it while the agent is on any page of the desk. */
export function SoftphoneProvider({ agentId, children }: { agentId: string; children: ReactNode }) {
  const [softphone] = useState(() => (typeof window === "undefined" ? undefined : createSoftphone(agentId)));
  useEffect(() => {
    if (softphone === undefined) return;
    const stopListening = listenToSurroundings(softphone);
    softphone.start();
    return () => {
      stopListening();
      softphone.stop();
    };
  }, [softphone]);
  return <SoftphoneContext value={softphone}>{children}</SoftphoneContext>;
}

/** The softphone; undefined while the server draws the page. */
export function useSoftphone(): Softphone | undefined {
  return use(SoftphoneContext);
}

const WAITING: SoftphoneSnapshot = { phone: initialPhoneState, role: "waiting" };
const never = (): (() => void) => () => undefined;

export function useSoftphoneSnapshot(): SoftphoneSnapshot {
  const softphone = useSoftphone();
  return useSyncExternalStore(softphone?.subscribe ?? never, softphone?.snapshot ?? (() => WAITING), () => WAITING);
}

export function useLevels(): Levels {
  const softphone = useSoftphone();
  return useSyncExternalStore(softphone?.subscribeLevels ?? never, softphone?.levels ?? (() => SILENCE), () => SILENCE);
}

function createSoftphone(agentId: string): Softphone {
  const newId = (): string => crypto.randomUUID();
  return new Softphone({
    agentId,
    store: new ChoiceStore(agentId, window.localStorage, newId),
    media: { mediaDevices: navigator.mediaDevices, permissions: navigator.permissions },
    createWorker: () => new Worker(new URL("../client/heartbeat.worker.ts", import.meta.url), { type: "module" }),
    fetchToken: () => api(voiceToken, {}),
    createDevice: createVoiceDevice,
    decline: (callId) => overIsFine(api(declineCall, { params: { callId }, timeoutMs: CALL_ACTION_TIMEOUT_MS })),
    end: (callId) => overIsFine(api(endCall, { params: { callId }, timeoutMs: CALL_ACTION_TIMEOUT_MS })),
    hearMicrophone,
    namesSpeakers: "setSinkId" in HTMLMediaElement.prototype,
    reportTest: (body) => api(reportDeviceTest, { body }),
    signInAgain: () => signedInAgain(undefined),
    isHidden: () => document.visibilityState === "hidden",
    hasGesture: () => navigator.userActivation?.hasBeenActive ?? true,
    wakeSound,
    now: serverNow,
    random: Math.random,
    locks: navigator.locks,
    openChannel: () => new BroadcastChannel(`evenhand.softphone.${agentId}`),
    newId,
  });
}

/** A call that is over or somebody else's by now needs no ending: that is what was wanted. */
async function overIsFine(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ProblemError && (error.status === 404 || error.status === 409)) return;
    throw error;
  }
}

/** Network, visibility, first click, devices, permission, leaving the page. Answers how to stop listening. */
function listenToSurroundings(softphone: Softphone): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const changed = (): void => softphone.surroundingsChanged();
  const wake = (): void => softphone.wake();
  const awake = (): void => (changed(), wake());
  document.addEventListener("visibilitychange", awake, { signal });
  document.addEventListener("freeze", () => softphone.freeze(), { signal });
  document.addEventListener("resume", awake, { signal });
  for (const gesture of ["pointerdown", "keydown"]) window.addEventListener(gesture, changed, { signal, once: true });
  window.addEventListener("online", wake, { signal });
  window.addEventListener("pagehide", () => softphone.farewell(), { signal });
  window.addEventListener("pageshow", awake, { signal });
  navigator.mediaDevices?.addEventListener("devicechange", changed, { signal });
  navigator.permissions
    ?.query({ name: "microphone" })
    .then((status) => status.addEventListener("change", changed, { signal }))
    .catch(() => undefined); // A browser that does not know the name: the microphone is looked at when it is needed.
  const stopReturn = onReturn(wake);
  const stopSigningOff = beforeSignOut(() => softphone.signOff());
  return () => {
    stop.abort();
    stopReturn();
    stopSigningOff();
  };
}
