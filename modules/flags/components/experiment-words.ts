import type { ExperimentView } from "../schemas";

type Beside = ExperimentView["service_level"];
type Share = Beside["on"];

/** "82 % (79–85)": a share with its interval. */
export function shareWords(share: Share): string {
  if (share === null) return "—";
  const percent = (value: number): string => String(Math.round(value * 100));
  return `${percent(share.value)} % (${percent(share.low)}–${percent(share.high)})`;
}

export interface Verdict {
  words: string;
  tone: "positive" | "danger" | "neutral";
}

const points = (value: number): string => {
  const shown = Math.abs(value * 100).toFixed(1);
  return `${shown} ${shown === "1.0" ? "point" : "points"}`;
};

/** What the difference shows, in words; `more` says whether more of it is better. */
export function verdictOf({ difference }: Beside, more: "better" | "worse"): Verdict {
  if (difference === null) return { words: "Nothing to compare yet", tone: "neutral" };
  const { value, low, high } = difference;
  if (low <= 0 && high >= 0) {
    return { words: `No difference shown: between ${signed(low)} and ${signed(high)} points`, tone: "neutral" };
  }
  const better = value > 0 === (more === "better");
  return {
    words: `${points(value)} ${value > 0 ? "more" : "fewer"} with it, ${better ? "better" : "worse"}: between ${signed(low)} and ${signed(high)}`,
    tone: better ? "positive" : "danger",
  };
}

/** With a true minus, which stands as wide as a plus. */
function signed(value: number): string {
  const shown = Math.abs(value * 100).toFixed(1);
  return `${value < 0 ? "−" : "+"}${shown}`;
}
