// @ts-check

/** What the state line says. */
export const STATES = {
  idle: "Ready to call",
  preparing: "Asking for the microphone…",
  calling: "Calling…",
  ringing: "Ringing…",
  in_progress: "Connected",
  in_queue: "In queue",
  in_conference: "Connected",
  ended: "Call ended",
};

/** What is said about the microphone at the start of a call. */
export const MICROPHONE_NOTES = {
  live: null,
  none: "There is no microphone, so you can only listen. The keypad works.",
  denied:
    "The microphone is blocked, so you can only listen. Allow it in the browser's address bar and call again to speak.",
  failed: "The microphone can't be opened; another program may be using it. You can only listen. The keypad works.",
};
