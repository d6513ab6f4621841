import type { ProblemCode } from "./phone-problems";

/** What an error of the Voice SDK means, in words for the person, and what the softphone does about it by itself. */
export interface VoiceTrouble {
  problem: ProblemCode | null;
  message: string;
  remedy: string;
  recovery: "new_token" | "reconnect" | "none";
}

const MICROPHONE_DENIED: VoiceTrouble = {
  problem: "mic_denied",
  message: "The browser does not let Evenhand use the microphone.",
  remedy: "Click the icon at the left of the address bar, allow the microphone, then choose Available again.",
  recovery: "none",
};
const MICROPHONE_MISSING: VoiceTrouble = {
  problem: "mic_missing",
  message: "No working microphone was found.",
  remedy: "Plug in a headset, or free the microphone from other programs. The phone notices by itself.",
  recovery: "none",
};
const TOKEN: VoiceTrouble = {
  problem: "token_failed",
  message: "The carrier did not accept the phone's access.",
  remedy: "A new one is being fetched. If this stays, sign out and in again.",
  recovery: "new_token",
};
const TOKEN_EXPIRED: VoiceTrouble = { ...TOKEN, problem: "token_expired", message: "The phone's access has expired." };
const SIGNALLING: VoiceTrouble = {
  problem: "signalling_lost",
  message: "The phone lost its connection to the carrier.",
  remedy: "It reconnects by itself. Check the internet connection if this stays.",
  recovery: "reconnect",
};
const MEDIA: VoiceTrouble = {
  problem: null,
  message: "The sound of the call could not get through.",
  remedy: "Check the network or a firewall that blocks audio; a cable is better than Wi-Fi.",
  recovery: "none",
};

const BY_CODE: Readonly<Record<number, VoiceTrouble>> = {
  20101: TOKEN,
  20103: TOKEN,
  20104: TOKEN_EXPIRED,
  20151: TOKEN,
  31201: TOKEN,
  31202: TOKEN,
  31203: TOKEN,
  31204: TOKEN,
  31205: TOKEN_EXPIRED,
  31207: TOKEN,
  51007: TOKEN,
  31000: SIGNALLING,
  31003: SIGNALLING,
  31005: SIGNALLING,
  31009: SIGNALLING,
  31530: SIGNALLING,
  53000: SIGNALLING,
  53001: SIGNALLING,
  31400: { ...SIGNALLING, message: "The carrier sent something the phone could not read." },
  31401: MICROPHONE_DENIED,
  31208: MICROPHONE_DENIED,
  31402: MICROPHONE_MISSING,
  31403: { ...MEDIA, message: "The carrier refused the call.", remedy: "Ask an administrator to look at the account." },
  53400: MEDIA,
  53402: MEDIA,
  53404: MEDIA,
  53405: MEDIA,
};

/** Explains an error code of the Voice SDK. Unknown codes are named, so that somebody can look them up. */
export function explainVoiceError(code: number | undefined): VoiceTrouble {
  const known = code === undefined ? undefined : BY_CODE[code];
  return (
    known ?? {
      problem: null,
      message: code === undefined ? "The phone had an unknown problem." : `The phone had a problem (code ${code}).`,
      remedy: "If calls do not work as they should, reload the page.",
      recovery: "none",
    }
  );
}
