"use client";

import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { changePresenceSettings, readPresenceSettings, type PresenceSettingsView } from "../presence.schemas";

const presenceSettingsQuery = queryOptions({
  queryKey: ["presence-settings"],
  queryFn: ({ signal }) => api(readPresenceSettings, { signal }),
});

type Return = PresenceSettingsView["missedRingsReturn"];

const WAYS: readonly { value: Return; label: string }[] = [
  { value: "by_hand", label: "When they say so" },
  { value: "when_proven", label: "Also when a test of their device passes" },
];

/** How agents come back who were set to away because calls rang and nobody answered. */
export function MissedRingsCard() {
  const { data, error } = useQuery(presenceSettingsQuery);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (missedRingsReturn: Return) => api(changePresenceSettings, { body: { missedRingsReturn } }),
    onSuccess: (settings) => queries.setQueryData(presenceSettingsQuery.queryKey, settings),
    onError: (problem) => toastFailure("The way back was not changed", inWords(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: presenceSettingsQuery.queryKey }),
  });
  return (
    <Card aria-labelledby="missed-rings-title" className="min-w-0" data-testid="missed-rings">
      <CardHeader id="missed-rings-title" title="After missed rings" />
      <CardBody>
        {data === undefined ? (
          error === null ? (
            <Skeleton className="h-16" />
          ) : (
            <p className="text-sm text-danger-text">{inWords(error)}</p>
          )
        ) : (
          <Field
            label="An agent who was set to away comes back"
            hint="How many missed rings set an agent to away is a setting of each queue."
          >
            {(control) => (
              <Select
                {...control}
                value={change.isPending ? change.variables : data.missedRingsReturn}
                onChange={(way) => change.mutate(way === "when_proven" ? "when_proven" : "by_hand")}
                options={WAYS}
                disabled={change.isPending}
              />
            )}
          </Field>
        )}
      </CardBody>
    </Card>
  );
}
