"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toastDone } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { useLocale } from "@/lib/client/locale";
import { inWords, ProblemError } from "@/lib/client/problem";
import { changeCallback, createCallback, type CallbackRecord } from "../callback.schemas";
import { instantOf, isTimeZone, localTimeOf } from "../domain/callback";
import { TimeZoneField } from "./time-zone-field";
import { useQueueChoice } from "./use-queue-choice";

export interface CallbackDialogProps {
  onClose: () => void;
  /** Whom to call, where that is known. */
  leadId?: string;
  number?: string;
  name?: string;
  /** The callback to move, instead of a new one. */
  callback?: CallbackRecord;
}

/** Schedules a callback, or moves one. What the server refuses is said where it was typed. */
export function CallbackDialog({ onClose, leadId, number, name, callback }: CallbackDialogProps) {
  const queries = useQueryClient();
  const mine = useLocale().timeZone;
  const queues = useQueueChoice(callback === undefined);
  const [queueId, setQueueId] = useState<string>();
  // What the field shows is what is sent.
  const chosenQueue = queueId ?? queues[0]?.value;
  const [theirZone, setTheirZone] = useState(callback?.timeZone ?? "");
  const timeZone = isTimeZone(theirZone) ? theirZone : mine;
  const [when, setWhen] = useState<"now" | "at">(callback ? "at" : "now");
  const [local, setLocal] = useState(callback ? localTimeOf(callback.dueAt, callback.timeZone) : "");
  const [typed, setTyped] = useState("");
  const [note, setNote] = useState(callback?.note ?? "");
  const [tried, setTried] = useState(false);
  const asksNumber = !callback && leadId === undefined && number === undefined;
  const at = when === "at" ? instantOf(local, timeZone) : undefined;
  const save = useMutation({
    mutationFn: () => {
      const words = {
        ...(note.trim() === "" ? {} : { note: note.trim() }),
        ...(theirZone === "" ? {} : { timeZone: theirZone }),
      };
      if (callback) {
        const body = { ...words, ...(at === undefined ? {} : { at }) };
        return api(changeCallback, { params: { callbackId: callback.callbackId }, body });
      }
      const whom = { ...(leadId !== undefined && { leadId }), ...(number !== undefined && { number }) };
      const which = chosenQueue === undefined ? {} : { queueId: chosenQueue };
      const body = { ...whom, ...(asksNumber && { number: typed }), ...which, ...words };
      return api(createCallback, { body: { ...body, ...(at !== undefined && { at }) } });
    },
    onSuccess: async () => {
      onClose();
      toastDone(callback ? "The callback was moved" : "The callback is scheduled");
      await queries.invalidateQueries({ queryKey: ["callback"] });
    },
  });
  const refused = save.error instanceof ProblemError ? save.error : undefined;
  const missing = {
    number: asksNumber && typed.trim() === "" ? "Enter a number." : undefined,
    at: when === "at" && at === undefined ? "Choose a date and a time." : undefined,
    zone: theirZone !== "" && !isTimeZone(theirZone),
  };
  const errorAt = refused?.code.startsWith("time_") ? refused.detail : refused?.field("at");
  const errorNumber = refused?.code === "not_dialable" ? refused.detail : refused?.field("number");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const complete = missing.number === undefined && missing.at === undefined && !missing.zone;
    if (complete && !save.isPending) save.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={callback ? "Move callback" : "Schedule a callback"}
      {...(name !== undefined && { description: name })}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form="callback" variant="primary" busy={save.isPending}>
            {callback ? "Move" : "Schedule"}
          </Button>
        </>
      }
    >
      <form id="callback" noValidate onSubmit={submit} className="grid gap-3">
        {save.error && errorAt === undefined && errorNumber === undefined && (
          <Banner tone="danger">{inWords(save.error)}</Banner>
        )}
        {asksNumber && (
          <Field
            label="Number"
            required
            error={(tried ? missing.number : undefined) ?? errorNumber}
            hint="With country code, such as +49 30 1234567"
          >
            {(control) => (
              <Input
                {...control}
                type="tel"
                autoFocus
                autoComplete="off"
                value={typed}
                onChange={({ target }) => setTyped(target.value)}
              />
            )}
          </Field>
        )}
        {queues.length > 1 && (
          <Field label="Queue" hint="Whose agents call.">
            {(control) => <Select {...control} value={chosenQueue} onChange={setQueueId} options={queues} />}
          </Field>
        )}
        {!callback && (
          <Field
            label="When"
            hint="At once stands at the end of the line; an agent is asked first, then they are rung."
          >
            {(control) => (
              <Select
                {...control}
                value={when}
                onChange={setWhen}
                options={[
                  { value: "now", label: "At once" },
                  { value: "at", label: "At a time" },
                ]}
              />
            )}
          </Field>
        )}
        {when === "at" && (
          <Field
            label="Date and time"
            required
            error={(tried ? missing.at : undefined) ?? errorAt}
            hint={`By the clock of ${timeZone.replaceAll("_", " ")}`}
          >
            {(control) => (
              <Input
                {...control}
                type="datetime-local"
                value={local}
                onChange={({ target }) => setLocal(target.value)}
              />
            )}
          </Field>
        )}
        <TimeZoneField
          label="Their time zone"
          hint="Nobody is rung too early or too late by their own clock. Left empty: as the queue says."
          optional
          value={theirZone}
          onChange={setTheirZone}
        />
        <Field label="Note" optional>
          {(control) => (
            <Textarea {...control} maxLength={500} value={note} onChange={({ target }) => setNote(target.value)} />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
