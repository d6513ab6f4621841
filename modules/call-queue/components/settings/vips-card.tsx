"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { toastFailure } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { deleteVip, putVip } from "../../queues.schemas";
import { PhoneNumber } from "../phone-number";
import { vipsQuery } from "./queue-queries";

/** Callers with a head start, by number. */
export function VipsCard() {
  const vips = useQuery(vipsQuery).data?.vips ?? [];
  const [typed, setTyped] = useState({ number: "", label: "" });
  const queries = useQueryClient();
  const onError = (error: Error): void => toastFailure("The VIP list was not changed", inWords(error));
  const onSettled = () => queries.invalidateQueries({ queryKey: vipsQuery.queryKey });
  const add = useMutation({
    mutationFn: () => api(putVip, { params: { number: typed.number }, body: { label: typed.label } }),
    onSuccess: () => setTyped({ number: "", label: "" }),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (number: string) => api(deleteVip, { params: { number } }),
    onError,
    onSettled,
  });
  const complete = typed.number.trim() !== "" && typed.label.trim() !== "";
  return (
    <Card aria-labelledby="vips-title" className="min-w-0">
      <CardHeader id="vips-title" title="VIP list" meta={vips.length > 0 ? `${vips.length}` : undefined} />
      <ul className="divide-y divide-line">
        {vips.length === 0 && <li className="px-4 py-3 text-sm text-muted">Nobody is on it yet.</li>}
        {vips.map((vip) => (
          <li key={vip.number} className="flex items-center gap-2 px-4 py-2 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{vip.label}</span>
              <PhoneNumber number={vip.number} className="text-xs text-muted" />
            </span>
            <IconButton label={`Take ${vip.label} off the VIP list`} onClick={() => remove.mutate(vip.number)}>
              <X />
            </IconButton>
          </li>
        ))}
      </ul>
      <form
        className="flex flex-wrap gap-2 border-t border-line px-4 py-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) add.mutate();
        }}
      >
        <Input
          type="tel"
          aria-label="Number of a VIP"
          placeholder="+1 555 0100"
          value={typed.number}
          onChange={({ target }) => setTyped({ ...typed, number: target.value })}
          className="min-w-32 flex-1"
        />
        <Input
          aria-label="Who it is"
          placeholder="Who it is"
          value={typed.label}
          onChange={({ target }) => setTyped({ ...typed, label: target.value })}
          className="min-w-32 flex-1"
        />
        <Button type="submit" busy={add.isPending} disabled={!complete}>
          Add
        </Button>
      </form>
    </Card>
  );
}
