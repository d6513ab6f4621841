"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { Select } from "@/components/ui/select";
import { Duration } from "@/components/ui/time";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { extendWrapUp } from "@/modules/call-queue/talk.schemas";
import { notReachedWords } from "@/modules/call-queue/components/call-words";
import type { CurrentCall } from "@/modules/call-queue/schemas";
import { dispositionsQuery } from "@/modules/leads/components/lead-queries";
import { CallerSummary } from "./caller-summary";
import { useWrapUp } from "./use-wrap-up";
import { useWrapUpDraft } from "./use-wrap-up-draft";

/** After the call: what came of it. Half-written notes survive a reload, a crash and a server that is away. */
export function WrapUpCard({ call }: { call: CurrentCall }) {
  const [draft, change] = useWrapUpDraft(call.callId, call.note ?? "");
  const { finish, finishing, failure } = useWrapUp(call, draft);
  const dispositions = useQuery(dispositionsQuery);
  return (
    <form
      aria-label="Wrap-up"
      className="flex flex-col gap-3"
      data-testid="wrap-up"
      onSubmit={(event) => {
        event.preventDefault();
        void finish();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void finish();
      }}
    >
      <CallerSummary call={call} leg={null} />
      {call.notReached !== null && <NotReached reason={call.notReached} shown={call.shownNumber ?? ""} />}
      <Field label="Disposition" {...(call.lead === null && { hint: "Of this call; the caller is not a lead yet." })}>
        {(control) => (
          <Select
            {...control}
            value={draft.disposition === "" ? undefined : draft.disposition}
            onChange={(disposition) => change({ disposition })}
            options={(dispositions.data ?? []).map(({ code, label }) => ({ value: code, label }))}
            placeholder={dispositions.isPending ? "Loading…" : "What came of it?"}
          />
        )}
      </Field>
      <Field label="Note" optional error={failure}>
        {(control) => (
          <Textarea
            {...control}
            rows={3}
            maxLength={10_000}
            value={draft.note}
            onChange={(event) => change({ note: event.target.value })}
            placeholder="What was said, what was promised"
          />
        )}
      </Field>
      <div className="flex items-center justify-between gap-2">
        <span className="text-xs text-muted">
          {call.wrapUpEndsAt !== null && (
            <>
              <Duration until={call.wrapUpEndsAt} className="tabular-nums" /> left
              {call.wrapUpExtensionsLeft > 0 && <MoreTime callId={call.callId} />}
            </>
          )}
        </span>
        <Button type="submit" variant="primary" busy={finishing} data-testid="finish">
          Finish
          <Kbd keys={["Ctrl", "↵"]} className="max-sm:hidden" />
        </Button>
      </div>
    </form>
  );
}

/** Why nobody came to the other end: what a person can mend is a warning, an empty house is not. */
function NotReached({ reason, shown }: { reason: NonNullable<CurrentCall["notReached"]>; shown: string }) {
  const { what, remedy } = notReachedWords(reason, shown);
  return (
    <Banner tone={reason === "customer_busy" || reason === "customer_no_answer" ? "info" : "caution"}>
      <span data-testid="not-reached" className="font-medium">
        {what}
      </span>{" "}
      {remedy}
    </Banner>
  );
}

/** The time of the wrap-up, longer: as often as the queue allows. */
function MoreTime({ callId }: { callId: string }) {
  const queries = useQueryClient();
  const more = useMutation({
    mutationFn: () => api(extendWrapUp, { params: { callId } }),
    onError: (error) => toastFailure(inWords(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: ["call"] }),
  });
  return (
    <Button
      size="sm"
      variant="ghost"
      busy={more.isPending}
      className="ml-1"
      onClick={() => more.mutate()}
      data-testid="more-time"
    >
      More time
    </Button>
  );
}
