"use client";

import { Phone as PhoneIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { formatPhone } from "@/modules/call-queue/components/phone-number";
import { useCallOut } from "./use-call-out";
import { useShownNumber } from "./use-shown-number";

/** A number to call, in the dock of an agent who is free. */
export function CallOutForm() {
  const [number, setNumber] = useState("");
  const { call, busy, closed } = useCallOut();
  return (
    <form
      aria-label="Call a number"
      className="flex flex-wrap items-center gap-2"
      data-testid="call-out"
      onSubmit={(event) => {
        event.preventDefault();
        if (number.trim() === "" || busy) return;
        void call({ number: number.trim() }).then((placed) => placed && setNumber(""));
      }}
    >
      <Input
        type="tel"
        aria-label="Number to call"
        placeholder="Call a number"
        value={number}
        maxLength={40}
        onChange={(event) => setNumber(event.target.value)}
        className="min-w-0 flex-1"
      />
      <Button type="submit" busy={busy} disabled={number.trim() === ""}>
        <PhoneIcon aria-hidden />
        {closed ? "Call anyway" : "Call"}
      </Button>
      {closed && (
        <p role="status" className="w-full text-xs text-caution-text">
          It is outside opening hours.
        </p>
      )}
      <ShownNumberChoice />
    </form>
  );
}

/** By the house's rule: what stands for it in the list. */
const RULE = "rule";

/** Which number those see who are called, from here and from every other button; only where there is a choice. */
function ShownNumberChoice() {
  const { chosen, numbers, choose } = useShownNumber();
  if (numbers.length < 2) return null;
  return (
    <div className="flex w-full items-center gap-2 text-xs text-muted">
      <span aria-hidden>They see</span>
      <Select
        label="Number they see"
        size="sm"
        quiet
        className="min-w-0 flex-1"
        value={chosen ?? RULE}
        onChange={(next) => choose(next === RULE ? undefined : next)}
        options={[
          { value: RULE, label: "The number of my queue" },
          ...numbers.map(({ number, label }) => ({ value: number, label: `${label} · ${formatPhone(number)}` })),
        ]}
      />
    </div>
  );
}
