/** How a webhook is delivered: Twilio's defaults, or what the fragment of its URL says (`#rc=3&rp=ct,rt,5xx`). */
export interface DeliveryPolicy {
  /** Further attempts after the first, 0 to 5. */
  retries: number;
  /** Kinds of failure that are tried again. */
  retryOn: ReadonlySet<"ct" | "rt" | "4xx" | "5xx">;
  connectTimeoutMs: number;
  readTimeoutMs: number;
  /** For all attempts together. */
  totalTimeoutMs: number;
}

const POLICIES = ["4xx", "5xx", "ct", "rt"] as const;

function numberWithin(text: string | null, least: number, most: number, otherwise: number): number {
  if (text === null || !/^\d+$/.test(text)) return otherwise;
  return Math.min(most, Math.max(least, Number(text)));
}

/** Reads the overrides from a URL's fragment; what is missing or makes no sense stays at Twilio's default. */
export function deliveryPolicy(url: string): DeliveryPolicy {
  const hash = url.indexOf("#");
  const overrides = new URLSearchParams(hash < 0 ? "" : url.slice(hash + 1));
  const named = (overrides.get("rp") ?? "ct").split(",").map((word) => word.trim());
  const retryOn = POLICIES.filter((policy) => named.includes(policy) || named.includes("all"));
  return {
    retries: numberWithin(overrides.get("rc"), 0, 5, 1),
    retryOn: new Set(retryOn),
    connectTimeoutMs: numberWithin(overrides.get("ct"), 100, 10_000, 5_000),
    readTimeoutMs: numberWithin(overrides.get("rt"), 100, 15_000, 15_000),
    totalTimeoutMs: numberWithin(overrides.get("tt"), 100, 15_000, 15_000),
  };
}

/** The URL as it is requested and signed: without the fragment, in the form in which the server sees it. */
export function requestUrl(url: string): string {
  const parsed = new URL(url);
  parsed.hash = "";
  return parsed.href;
}
