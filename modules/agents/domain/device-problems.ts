/** What a problem found by the softphone itself means for the next call, and what its agent can do about it. */
export interface DeviceProblem {
  message: string;
  remedy: string;
  /** Points of the readiness score. */
  penalty: number;
  /** No call can be taken before it is mended. */
  blocking: boolean;
}

const blocking = (message: string, remedy: string): DeviceProblem => ({
  message,
  remedy,
  penalty: 60,
  blocking: true,
});
const nuisance = (penalty: number, message: string, remedy: string): DeviceProblem => ({
  message,
  remedy,
  penalty,
  blocking: false,
});

const KNOWN: Readonly<Record<string, DeviceProblem>> = {
  mic_denied: blocking(
    "The browser was not allowed to use the microphone.",
    "Click the microphone or lock icon in the address bar, allow the microphone for this page, then reload.",
  ),
  mic_missing: blocking(
    "No microphone was found.",
    "Plug in a headset or microphone and choose it in the softphone's device settings.",
  ),
  mic_in_use: blocking(
    "Another program is holding the microphone.",
    "Close the other call or recording program, then choose the microphone again.",
  ),
  token_expired: blocking(
    "The phone's access has expired and could not be renewed.",
    "Reload the page; if it stays, sign out and in again.",
  ),
  token_failed: blocking(
    "The phone could not get its access.",
    "Wait a moment: it is tried again by itself. If it stays, sign out and in again.",
  ),
  registration_failed: blocking(
    "The phone could not register with the carrier.",
    "Check the internet connection and any firewall; it is tried again by itself.",
  ),
  signalling_lost: blocking(
    "The phone lost its connection to the carrier.",
    "Check the internet connection; the phone reconnects by itself.",
  ),
  browser_unsupported: blocking(
    "This browser cannot take calls.",
    "Use a current Chrome, Edge, Firefox or Safari over https.",
  ),
  audio_blocked: nuisance(
    25,
    "The browser keeps the ringtone silent until you click in the page.",
    "Click anywhere in the page once.",
  ),
  speaker_missing: nuisance(25, "No loudspeaker or headphones were found.", "Plug in a headset and choose it."),
  mic_silent: nuisance(
    20,
    "The microphone delivers no sound at all.",
    "Look for a mute switch on the headset, or choose another microphone.",
  ),
  preflight_failed: nuisance(
    15,
    "The connection test before the first call failed.",
    "Check the network; a cable is better than Wi-Fi.",
  ),
};

const UNKNOWN_PENALTY = 5;

/** The meaning of a problem code. A code that this version does not know counts a little, and never blocks. */
export function deviceProblem(code: string): DeviceProblem {
  return (
    (Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined) ??
    nuisance(
      UNKNOWN_PENALTY,
      `The softphone reports "${code}".`,
      "Reload the page if calls do not work as they should.",
    )
  );
}

/** All codes this version knows, for documentation and tests. */
export const knownDeviceProblems: readonly string[] = Object.keys(KNOWN);
