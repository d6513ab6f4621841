"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { mergeLead } from "../organise.schemas";
import type { Lead } from "../schemas";
import { dispositionsQuery, showLeads } from "./lead-queries";
import { sentence } from "./lead-words";
import { MergeCandidates } from "./merge-candidates";
import { differencesOf, type Keep } from "./merge-choice";
import { MergeCompare } from "./merge-compare";
import { useUnmergeLead } from "./use-lead-actions";

/** Makes another lead part of this one: which, then what stays where they differ. */
export function MergeDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const queries = useQueryClient();
  const dispositions = useQuery(dispositionsQuery);
  const [other, setOther] = useState<Lead>();
  const [comparing, setComparing] = useState(false);
  const [keep, setKeep] = useState<Keep>({});
  const unmerge = useUnmergeLead();
  const labelOf = (code: string) => dispositions.data?.find((each) => each.code === code)?.label ?? sentence(code);
  const differences = other === undefined ? [] : differencesOf(lead, other, labelOf);
  const send = useMutation({
    mutationFn: ({ lead_id: otherId, version }: Lead) => {
      const chosen = Object.fromEntries(differences.map(({ field, offered }) => [field, keep[field] ?? offered]));
      const body = { other_lead_id: otherId, keep: chosen, version: lead.version, other_version: version };
      return api(mergeLead, { params: { leadId: lead.lead_id }, body });
    },
    onSuccess: (merged) => {
      showLeads(queries, (each) => (each.lead_id === merged.lead.lead_id ? merged.lead : each));
      toastUndo(`${other?.name ?? "The other lead"} is part of this lead now`, () =>
        unmerge.mutate(merged.merged_lead_id),
      );
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["lead"] }),
        queries.invalidateQueries({ queryKey: ["agent"] }),
      ]),
  });
  const stale = send.error instanceof ProblemError && send.error.code === "version_conflict";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size={comparing ? "lg" : "md"}
      title={comparing && other ? `Merge with ${other.name}` : "Merge with another lead"}
      description={
        comparing ? "Choose what stays where they differ." : `${lead.name} stays; the other becomes part of it.`
      }
      footer={
        <>
          {comparing && (
            <Button variant="ghost" className="mr-auto" onClick={() => setComparing(false)}>
              Back
            </Button>
          )}
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          {comparing && other ? (
            <Button variant="primary" disabled={stale} busy={send.isPending} onClick={() => send.mutate(other)}>
              Merge
            </Button>
          ) : (
            <Button variant="primary" disabled={other === undefined} onClick={() => setComparing(true)}>
              Compare
            </Button>
          )}
        </>
      }
    >
      {comparing && other ? (
        <div className="flex flex-col gap-3">
          {send.error && (
            <Banner tone="danger">
              {inWords(send.error)}
              {stale && " Close this and begin again, to see what it is now."}
            </Banner>
          )}
          <MergeCompare lead={lead} other={other} differences={differences} keep={keep} onKeep={setKeep} />
        </div>
      ) : (
        <MergeCandidates
          lead={lead}
          value={other?.lead_id}
          onChange={(chosen) => {
            setOther(chosen);
            setKeep({});
            send.reset();
          }}
        />
      )}
    </Dialog>
  );
}
