"use client";

import { z } from "zod";
import { Badge } from "@/components/ui/badge";
import { DateTime } from "@/components/ui/time";
import type { CallStory } from "./call-story";
import { offerWords, sentence } from "./call-words";

/** The stored decision, as far as a person reads it. */
const explanationSchema = z.looseObject({
  why: z.string().optional(),
  policy: z.string().optional(),
  candidateCount: z.number().optional(),
  excluded: z.array(z.looseObject({ agentId: z.string(), reason: z.string() })).optional(),
});

/** Each agent who was asked, why, and what came of it. */
export function CallOffers({ offers }: { offers: CallStory["offers"] }) {
  return (
    <ul className="divide-y divide-line text-sm">
      {offers.map((offer) => {
        const words = offerWords(offer.status);
        return (
          <li
            key={offer.offerId}
            className="flex flex-col gap-1 px-4 py-2.5"
            data-testid="call-offer"
            data-status={offer.status}
          >
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{offer.agent.name}</span>
              <Badge tone={words.tone}>{words.label}</Badge>
              {!offer.rang && offer.status === "missed" && (
                <span className="text-xs text-muted">the phone never rang</span>
              )}
              <span className="ml-auto text-xs text-muted tabular-nums">
                <DateTime at={offer.createdAt} show="time" />
                {offer.resolvedAt !== null &&
                  ` · ${((Date.parse(offer.resolvedAt) - Date.parse(offer.createdAt)) / 1_000).toFixed(1)} s`}
              </span>
            </div>
            <Explanation value={offer.explanation} />
          </li>
        );
      })}
    </ul>
  );
}

function Explanation({ value }: { value: unknown }) {
  const parsed = explanationSchema.safeParse(value);
  if (!parsed.success) return null;
  const { why, policy, excluded = [] } = parsed.data;
  const reasons = new Map<string, number>();
  for (const { reason } of excluded) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const passed = [...reasons].map(([reason, count]) => `${count} ${sentence(reason).toLowerCase()}`).join(", ");
  return (
    <p className="text-xs text-muted">
      {why !== undefined && <>Why: {why}. </>}
      {passed !== "" && <>Passed over: {passed}. </>}
      {policy !== undefined && <>Policy {policy}.</>}
    </p>
  );
}
