"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { toastDone } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { provePhone, sendPhoneCode } from "../schemas";
import { preferencesQuery } from "./preference-queries";

/** Asks for the code that shows that a number is one's own. Nothing else is sent there before. */
export function PhoneProof({ phone }: { phone: string }) {
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const [sent, setSent] = useState(false);
  const send = useMutation({
    mutationFn: () => api(sendPhoneCode, {}),
    onSuccess: () => setSent(true),
    // Then there is one to be given: this page was opened anew since.
    onError: (error) => error instanceof ProblemError && error.code === "too_many_codes" && setSent(true),
  });
  const prove = useMutation({
    mutationFn: () => api(provePhone, { body: { code: code.trim() } }),
    onSuccess: (after) => {
      client.setQueryData(preferencesQuery.queryKey, after);
      toastDone("Your number is confirmed");
    },
  });
  const problem = prove.error ?? send.error;
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line bg-sunken p-3">
      <p className="text-sm">
        {sent
          ? `A code was sent to ${formatPhone(phone)}. It is good for ten minutes.`
          : `${formatPhone(phone)} is not confirmed: no SMS is sent there before it is.`}
      </p>
      {sent && (
        <Field label="Code from the SMS">
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={6}
              value={code}
              onChange={(e) => setCode(e.target.value)}
              onKeyDown={(e) => {
                if (e.key !== "Enter") return;
                // The form around it keeps the other settings.
                e.preventDefault();
                prove.mutate();
              }}
            />
          )}
        </Field>
      )}
      {problem && (
        <p role="alert" className="text-sm text-danger-text">
          {inWords(problem)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {sent && (
          <Button size="sm" variant="primary" busy={prove.isPending} onClick={() => prove.mutate()}>
            Confirm
          </Button>
        )}
        <Button size="sm" busy={send.isPending} onClick={() => send.mutate()}>
          {sent ? "Send another" : "Send a code"}
        </Button>
      </div>
    </div>
  );
}
