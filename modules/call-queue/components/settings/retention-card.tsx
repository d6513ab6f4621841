"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { useMe } from "@/lib/client/me";
import { inWords } from "@/lib/client/problem";
import { changeRetention, readRetention } from "../../records.schemas";
import { NumberField, numberProblem } from "./number-field";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const DAYS = { min: 1, max: 3_650, optional: true };
const KEY = ["setting", "retention"];

/** How long recordings and messages are kept. Admins change it; managers do not see it. */
export function RetentionCard() {
  const admin = useMe().role === "admin";
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api(readRetention, { signal }),
    enabled: admin,
  });
  return query.data === undefined ? null : <RetentionForm stored={query.data} />;
}

function RetentionForm({ stored }: { stored: { recordingDays: number | null; voicemailDays: number | null } }) {
  const queries = useQueryClient();
  const { draft, changed, set, reset } = useDraft(stored);
  const change = useMutation({
    mutationFn: () => api(changeRetention, { body: draft }),
    onSuccess: (kept) => {
      queries.setQueryData(KEY, kept);
      reset();
    },
    onError: (error) => toastFailure(inWords(error)),
  });
  const fit = !numberProblem(draft.recordingDays, DAYS) && !numberProblem(draft.voicemailDays, DAYS);
  return (
    <SettingsSection
      title="How long sound is kept"
      about="What is older is deleted at the carrier for good, and what was written down of a message with it. Empty: for ever."
      ready={changed && fit}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => change.mutate()}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberField
          label="Recordings"
          unit="days"
          value={draft.recordingDays}
          {...DAYS}
          onChange={(value) => set({ recordingDays: value })}
        />
        <NumberField
          label="Messages"
          unit="days"
          value={draft.voicemailDays}
          {...DAYS}
          onChange={(value) => set({ voicemailDays: value })}
        />
      </div>
    </SettingsSection>
  );
}
