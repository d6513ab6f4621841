const EVENT_MAP = /^a=rtpmap:(\d+) telephone-event\/(\d+)/gim;

/** Payload types that carry keys at the 8 kHz of our sound; the offering side chooses their numbers. */
export function telephoneEventTypes(sdp: string): number[] {
  return [...sdp.matchAll(EVENT_MAP)].filter((match) => match[2] === "8000").map((match) => Number(match[1]));
}

/**
 * Checks what werift does not: a description without sound or security is accepted by it and leads to a silent call.
 * @throws Error naming what is missing
 */
export function assertUsable(sdp: string): void {
  const needs: readonly (readonly [RegExp, string])[] = [
    [/^m=audio [1-9]\d* \S+(?: \d+)* ?\b0\b/m, "sound in PCMU"],
    [/^a=ice-ufrag:\S+/m, "an ICE name"],
    [/^a=ice-pwd:\S+/m, "an ICE password"],
    [/^a=fingerprint:\S+ \S+/m, "a fingerprint"],
  ];
  const missing = needs.filter(([pattern]) => !pattern.test(sdp)).map(([, name]) => name);
  if (missing.length > 0) throw new Error(`The session description has no ${missing.join(", no ")}.`);
}

/** The name of the ICE session that a description belongs to; another one means that ICE starts anew. */
export function iceSession(sdp: string | undefined): string | undefined {
  return /^a=ice-ufrag:(\S+)/m.exec(sdp ?? "")?.[1];
}

/**
 * The offer without telephone-event at other clock rates. Chromium offers 48 kHz (for Opus) before 8 kHz, and werift
 * would answer with the first; RFC 4733 (section 2.1) wants the rate of the sound that the keys belong to.
 */
export function withNarrowbandEventsOnly(offer: string): string {
  const unwanted = [...offer.matchAll(EVENT_MAP)].filter((match) => match[2] !== "8000").map((match) => match[1]);
  if (unwanted.length === 0) return offer;
  const description = new RegExp(`^a=(?:rtpmap|fmtp|rtcp-fb):(?:${unwanted.join("|")}) `);
  return offer
    .split("\r\n")
    .filter((line) => !description.test(line))
    .map((line) => {
      if (!line.startsWith("m=audio ")) return line;
      const [kind, port, transport, ...types] = line.split(" ");
      return [kind, port, transport, ...types.filter((type) => !unwanted.includes(type))].join(" ");
    })
    .join("\r\n");
}
