import type { VoiceUrls } from "../domain/voice-urls";
import { say, type TwimlDocument } from "./verbs";

export interface MenuWords {
  menuId: string;
  language: string;
  prompt: string;
  /** Spoken before the prompt after a key that means nothing. */
  invalidText: string;
  timeoutSeconds: number;
}

/** The menu's prompt, with a key awaited while and after it is spoken. `attempt` counts the repeats. */
export function menuDocument(urls: VoiceUrls, menu: MenuWords, attempt: number, wrongKey = false): TwimlDocument {
  const url = urls.menu(menu.menuId, attempt);
  const text = wrongKey ? `${menu.invalidText} ${menu.prompt}` : menu.prompt;
  return [
    { verb: "gather", prompt: say({ text, language: menu.language }), seconds: menu.timeoutSeconds, actionUrl: url },
    // A carrier that says nothing about an empty answer: the same as no key.
    { verb: "redirect", url },
  ];
}
