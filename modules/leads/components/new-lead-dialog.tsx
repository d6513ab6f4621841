"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useRef, useState, type FormEvent } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { DateInput } from "@/components/ui/date-input";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Textarea } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { toastDone } from "@/components/ui/toast";
import { dateWords } from "@/lib/calendar-date";
import { api } from "@/lib/client/api";
import { useToday } from "@/lib/client/clock";
import { useLocale } from "@/lib/client/locale";
import { inWords, ProblemError } from "@/lib/client/problem";
import { createLead, type Lead } from "../schemas";
import { followUpOf } from "./cell-values";
import { priorities, priorityWords } from "./lead-words";

const EMPTY = { name: "", phone: "", email: "", source: "", follow_up_on: "", tags: "", notes: "" };
/** So that nobody takes one day for another. */
const LONG_DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
type FieldName = keyof typeof EMPTY;
const FIELDS = Object.keys(EMPTY) as readonly FieldName[];
const MISSING: Partial<Record<FieldName, string>> = { name: "Enter a name.", phone: "Enter a phone number." };

/** A new lead. What the server refuses is said at its field; what was typed stays until it is saved. */
export function NewLeadDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const router = useRouter();
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState(EMPTY);
  const [priority, setPriority] = useState<Lead["priority"]>("normal");
  const [tried, setTried] = useState(false);
  const { locale } = useLocale();
  const today = useToday();
  const followUp = followUpOf(values.follow_up_on, { locale, today });
  const dayMeant = "value" in followUp && followUp.value !== null && dateWords(followUp.value, locale, LONG_DAY);
  const focusOn = (name: string) => {
    const control = form.current?.elements.namedItem(name);
    if (control instanceof HTMLElement) control.focus();
  };
  const create = useMutation({
    mutationFn: () => api(createLead, { body: bodyOf(values, priority, "value" in followUp ? followUp.value : null) }),
    onSuccess: async (lead) => {
      setValues(EMPTY);
      setPriority("normal");
      setTried(false);
      onClose();
      toastDone(`${lead.name} was added`);
      router.push(`/leads/${lead.lead_id}`);
      await queries.invalidateQueries({ queryKey: ["lead"] });
    },
    onError: (error) => {
      const [first] = error instanceof ProblemError ? error.errors : [];
      if (first) focusOn(first.field.split(".")[0] ?? "");
    },
  });
  const problem = create.error instanceof ProblemError ? create.error : undefined;
  const errorOf = (name: FieldName) => {
    if (tried && values[name].trim() === "" && MISSING[name]) return MISSING[name];
    if (tried && name === "follow_up_on" && "error" in followUp) return followUp.error;
    const refused = problem?.errors.find(({ field }) => field.split(".")[0] === name);
    return refused && asSentence(refused.message);
  };
  const bind = (name: FieldName) => ({
    name,
    value: values[name],
    onChange: (event: { target: { value: string } }) => setValues({ ...values, [name]: event.target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const missing = FIELDS.find((name) => MISSING[name] && values[name].trim() === "");
    if (missing) focusOn(missing);
    else if ("error" in followUp) focusOn("follow_up_on");
    else if (!create.isPending) create.mutate();
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onClose}
      title="New lead"
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form="new-lead" variant="primary" busy={create.isPending}>
            Add lead
          </Button>
        </>
      }
    >
      <form id="new-lead" ref={form} noValidate onSubmit={submit} className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        {create.error && !problem?.errors.length && (
          <Banner tone="danger" className="sm:col-span-2">
            {inWords(create.error)}
          </Banner>
        )}
        <Field label="Name" required error={errorOf("name")} className="sm:col-span-2">
          {(control) => <Input {...control} {...bind("name")} autoFocus autoComplete="off" />}
        </Field>
        <Field label="Phone" required error={errorOf("phone")} hint="Such as +49 30 1234567">
          {(control) => <Input {...control} {...bind("phone")} type="tel" autoComplete="off" />}
        </Field>
        <Field label="E-mail" optional error={errorOf("email")}>
          {(control) => <Input {...control} {...bind("email")} type="email" autoComplete="off" />}
        </Field>
        <Field label="Source" optional error={errorOf("source")}>
          {(control) => <Input {...control} {...bind("source")} />}
        </Field>
        <Field label="Priority">
          {(control) => (
            <Select
              {...control}
              value={priority}
              onChange={setPriority}
              options={priorities.map((value) => ({ value, label: priorityWords[value].label }))}
            />
          )}
        </Field>
        <Field label="Follow-up" optional error={errorOf("follow_up_on")} hint={dayMeant || "A date, or “tomorrow”"}>
          {(control) => (
            <DateInput
              {...control}
              name="follow_up_on"
              value={values.follow_up_on}
              onChange={(text) => setValues({ ...values, follow_up_on: text })}
            />
          )}
        </Field>
        <Field label="Tags" optional error={errorOf("tags")} hint="Separated by commas">
          {(control) => <Input {...control} {...bind("tags")} />}
        </Field>
        <Field label="Note" optional error={errorOf("notes")} className="sm:col-span-2">
          {(control) => <Textarea {...control} {...bind("notes")} />}
        </Field>
      </form>
    </Dialog>
  );
}

/** Fields left empty are not sent: the server knows their defaults. */
function bodyOf(values: typeof EMPTY, priority: Lead["priority"], followUp: string | null) {
  const tags = values.tags
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
  const given = (name: FieldName) => (values[name].trim() === "" ? {} : { [name]: values[name].trim() });
  return {
    name: values.name,
    phone: values.phone,
    priority,
    ...given("email"),
    ...given("source"),
    ...given("notes"),
    ...(followUp !== null && { follow_up_on: followUp }),
    ...(tags.length > 0 && { tags }),
  };
}

/** "is not a phone number" as "This is not a phone number". */
function asSentence(message: string): string {
  return message.startsWith("is ") ? `This ${message}` : message.replace(/^./, (first) => first.toUpperCase());
}
