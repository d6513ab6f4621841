"use client";

import { PhoneForwarded } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { CallbackDialog } from "./callback-dialog";

/** Schedules a callback to this lead or number. */
export function CallbackButton({
  size = "md",
  ...whom
}: {
  leadId?: string;
  number?: string;
  name: string;
  size?: "sm" | "md";
}) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        label={`Schedule a callback to ${whom.name}`}
        tooltip="Schedule a callback"
        variant="secondary"
        size={size}
        onClick={() => setOpen(true)}
      >
        <PhoneForwarded />
      </IconButton>
      {open && <CallbackDialog {...whom} onClose={() => setOpen(false)} />}
    </>
  );
}
