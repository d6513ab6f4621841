"use client";

import { useCallback, useSyncExternalStore } from "react";

/** Reads texts aloud, with a voice of the browser's. */
export interface Reader {
  /** This browser has a voice for the language. */
  speaks: boolean;
  read: (text: string) => void;
}

/** A reader for one language ("de"). Browsers learn of their voices only after a while. */
export function useReader(language: string): Reader {
  const speaks = useSyncExternalStore(
    onVoices,
    () => voiceFor(language) !== undefined,
    () => false,
  );
  const read = useCallback(
    (text: string): void => {
      const said = new SpeechSynthesisUtterance(text);
      const voice = voiceFor(language);
      if (voice) said.voice = voice;
      said.lang = voice?.lang ?? language;
      window.speechSynthesis.cancel();
      window.speechSynthesis.speak(said);
    },
    [language],
  );
  return { speaks, read };
}

const voiceFor = (language: string): SpeechSynthesisVoice | undefined =>
  "speechSynthesis" in window
    ? window.speechSynthesis.getVoices().find((voice) => voice.lang.split(/[-_]/)[0] === language)
    : undefined;

function onVoices(changed: () => void): () => void {
  if (!("speechSynthesis" in window)) return () => undefined;
  window.speechSynthesis.addEventListener("voiceschanged", changed);
  return () => window.speechSynthesis.removeEventListener("voiceschanged", changed);
}
