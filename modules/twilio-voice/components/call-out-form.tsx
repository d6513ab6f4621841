"use client";

import { Phone as PhoneIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useCallOut } from "./use-call-out";

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
    </form>
  );
}
