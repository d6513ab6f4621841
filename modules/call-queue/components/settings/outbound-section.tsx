"use client";

import { useQuery } from "@tanstack/react-query";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { api } from "@/lib/client/api";
import { OUTBOUND_MACHINE } from "../../domain/answering-machines";
import type { QueueSettingsView } from "../../queues.schemas";
import { listCallerIds } from "../../talk.schemas";
import { formatPhone } from "../phone-number";
import { useChangeQueue } from "./queue-queries";
import { outboundMachineWords } from "./queue-words";
import { SettingsSection } from "./settings-section";
import { useDraft } from "./use-draft";

const OWN = "own";
const MACHINE = OUTBOUND_MACHINE.map((value) => ({ value, label: outboundMachineWords[value] }));

/** Calls that this queue's agents make. */
export function OutboundSection({ queue }: { queue: QueueSettingsView }) {
  const { callerId, outboundMachine } = queue;
  const { draft, changed, set, reset } = useDraft({ callerId, outboundMachine });
  const known = useQuery({
    queryKey: ["queue-settings", "caller-ids"],
    queryFn: ({ signal }) => api(listCallerIds, { signal }),
  });
  const change = useChangeQueue(queue);
  const numbers = known.data?.callerIds ?? [];
  const shown = callerId === null || numbers.some(({ number }) => number === callerId);
  const options = [
    { value: OWN, label: "The agent's, or the call centre's" },
    ...numbers.map(({ number, label }) => ({ value: number, label: `${label} (${formatPhone(number)})` })),
    ...(shown || callerId === null ? [] : [{ value: callerId, label: formatPhone(callerId) }]),
  ];
  return (
    <SettingsSection
      title="Calls out"
      about="Numbers on the list of those not to be called are never dialled."
      ready={changed}
      changed={changed}
      busy={change.isPending}
      onReset={reset}
      onSave={() => change.mutate(draft, { onSuccess: reset })}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Number shown" hint="Unless the agent chooses another.">
          {(control) => (
            <Select
              {...control}
              value={draft.callerId ?? OWN}
              options={options}
              onChange={(value) => set({ callerId: value === OWN ? null : value })}
            />
          )}
        </Field>
        <Field label="When a machine answers" hint="The carrier charges for finding out.">
          {(control) => (
            <Select
              {...control}
              value={draft.outboundMachine}
              options={MACHINE}
              onChange={(value) => set({ outboundMachine: value })}
            />
          )}
        </Field>
      </div>
    </SettingsSection>
  );
}
