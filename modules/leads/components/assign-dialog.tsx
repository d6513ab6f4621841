"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { toastDone } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { ProblemError } from "@/lib/client/problem";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { assignLead, reassignLead, type Lead } from "../schemas";
import { AgentPicker } from "./agent-picker";
import { AssignRefusal, canOverride } from "./assign-refusal";

/** Gives a lead to an agent, or moves it to another. A refusal says why, with figures, and what can be done. */
export function AssignDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const queries = useQueryClient();
  const agents = useQuery(agentsQuery);
  const moves = lead.assigned_agent !== null;
  const [email, setEmail] = useState<string>();
  const [reason, setReason] = useState("");
  const [notes, setNotes] = useState("");
  const name = agents.data?.agents.find((agent) => agent.agent_id === email)?.name ?? email;
  const note = notes.trim() === "" ? {} : { notes: notes.trim() };

  const send = useMutation({
    mutationFn: async (agent: string) => {
      const params = { leadId: lead.lead_id };
      if (moves) {
        await api(reassignLead, { params, body: { new_agent: agent, reason: reason.trim(), ...note } });
        return;
      }
      const why = overriding ? { override_capacity: true, reason: reason.trim() } : {};
      await api(assignLead, { params, body: { agent_email: agent, ...note, ...why } });
    },
    onSuccess: () => {
      toastDone(`${lead.name} is with ${name}`);
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["lead"] }),
        queries.invalidateQueries({ queryKey: ["agent"] }),
      ]),
  });
  const refused = send.error instanceof ProblemError ? send.error : undefined;
  const overriding = !moves && refused !== undefined && canOverride(refused);
  const needsReason = moves || overriding;
  const ready = email !== undefined && (!needsReason || reason.trim() !== "");

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={moves ? "Reassign" : "Assign"}
      description={
        moves
          ? `${lead.name} is with ${lead.assigned_agent_name ?? lead.assigned_agent}.`
          : `${lead.name} is with nobody yet.`
      }
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant={overriding ? "danger" : "primary"}
            disabled={!ready}
            busy={send.isPending}
            onClick={() => email !== undefined && send.mutate(email)}
          >
            {overriding ? "Assign anyway" : moves ? "Reassign" : "Assign"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <AgentPicker
          agents={agents.data?.agents ?? []}
          pending={agents.isPending}
          value={email}
          without={lead.assigned_agent}
          onChange={(agent) => {
            setEmail(agent);
            send.reset();
          }}
        />
        {send.error && <AssignRefusal error={send.error} overridable={overriding} />}
        {needsReason && (
          <Field
            label={overriding ? "Why this agent all the same" : "Reason"}
            required
            hint="Kept with the lead, for everybody who asks why."
            error={refused?.field("reason")}
          >
            {(control) => (
              <Textarea
                {...control}
                autoFocus={overriding}
                rows={2}
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        )}
        <Field label="Note" optional error={refused?.field("notes")}>
          {(control) => (
            <Textarea {...control} rows={2} value={notes} onChange={(event) => setNotes(event.target.value)} />
          )}
        </Field>
      </div>
    </Dialog>
  );
}
