"use client";

import { useQuery } from "@tanstack/react-query";
import { PhoneForwarded, ServerCrash } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { Select } from "@/components/ui/select";
import { SkeletonList } from "@/components/ui/skeleton";
import { api } from "@/lib/client/api";
import { usePollInterval } from "@/lib/client/live-state";
import { inWords } from "@/lib/client/problem";
import { useFailure } from "@/lib/client/use-failure";
import { listCallbacks, type CallbackRecord } from "../callback.schemas";
import { CallbackDialog } from "./callback-dialog";
import { CallbackItem } from "./callback-item";

const POLL_MS = 10_000;
const MOST = 200;
type Shown = "true" | "false";

/** Who is to be called back, when, and what came of it. */
export function CallbacksScreen() {
  const [open, setOpen] = useState<Shown>("true");
  const [dialog, setDialog] = useState<{ callback?: CallbackRecord }>();
  const query = useQuery({
    queryKey: ["callback", "list", open],
    queryFn: ({ signal }) => api(listCallbacks, { query: { open, limit: MOST }, signal }),
    refetchInterval: usePollInterval(POLL_MS),
  });
  const failure = useFailure(query);
  const callbacks = query.data?.callbacks ?? [];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader
        title="Callbacks"
        actions={
          <>
            <Select
              label="Show"
              size="sm"
              value={open}
              onChange={setOpen}
              options={[
                { value: "true", label: "Open" },
                { value: "false", label: "Over" },
              ]}
              className="w-24"
            />
            <Button variant="primary" onClick={() => setDialog({})}>
              Schedule
            </Button>
          </>
        }
      />
      {query.isPending && failure === undefined && <SkeletonList />}
      {failure !== undefined && (
        <EmptyState
          failing
          icon={<ServerCrash />}
          title="The callbacks could not be loaded"
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {inWords(failure)}
        </EmptyState>
      )}
      {query.isSuccess && callbacks.length === 0 && (
        <EmptyState
          icon={<PhoneForwarded />}
          title={open === "true" ? "Nobody waits for a callback" : "None is over yet"}
        >
          {open === "true"
            ? "Callers who press 1 in the line stand here with their place, and everybody you schedule."
            : "Callbacks that were answered, cancelled or given up stand here."}
        </EmptyState>
      )}
      {callbacks.length > 0 && (
        <ul aria-label="Callbacks" className="min-h-0 flex-1 divide-y divide-line overflow-y-auto pb-20">
          {callbacks.map((callback) => (
            <CallbackItem key={callback.callbackId} callback={callback} onMove={() => setDialog({ callback })} />
          ))}
        </ul>
      )}
      {dialog && (
        <CallbackDialog
          key={dialog.callback?.callbackId ?? "new"}
          {...dialog}
          {...(dialog.callback && { name: dialog.callback.lead?.name ?? dialog.callback.number })}
          onClose={() => setDialog(undefined)}
        />
      )}
    </div>
  );
}
