"use client";

import { useEffect } from "react";
import { deviceOptions } from "../client/device-options";
import type { Phone } from "./use-phone";

/** Rings for an offered call for which the carrier does not: in the tab that leads the phone, on its loudspeaker. */
export function useAppRing({ phase, role, canAccept, acceptance, state }: Phone): void {
  const rings = phase === "ringing" && role === "leader" && canAccept && acceptance.type === "dial";
  const { outputId, canChooseOutput } = state.audio;
  useEffect(() => {
    if (!rings) return;
    const sound = new Audio(deviceOptions.sounds.incoming);
    sound.loop = true;
    let wanted = true;
    // A browser that wants a click first, or a loudspeaker that is gone: the card and the title still tell of the call.
    const ring = async (): Promise<void> => {
      if (canChooseOutput && outputId !== null) await sound.setSinkId(outputId);
      if (wanted) await sound.play();
    };
    ring().catch(() => undefined);
    return () => {
      wanted = false;
      sound.pause();
    };
  }, [rings, outputId, canChooseOutput]);
}
