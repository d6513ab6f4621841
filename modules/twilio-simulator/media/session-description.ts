const EVENT_MAP = /^a=rtpmap:(\d+) telephone-event\/(\d+)/gim;

/** Payload types that carry keys at the 8 kHz of our sound; the offering side chooses their numbers. */
export function telephoneEventTypes(sdp: string): number[] {
  return [...sdp.matchAll(EVENT_MAP)].filter((match) => match[2] === "8000").map((match) => Number(match[1]));
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
