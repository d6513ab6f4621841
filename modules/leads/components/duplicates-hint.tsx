"use client";

import { useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { duplicatesQuery } from "./lead-queries";

/** Says that other leads have the same phone number or e-mail address, and offers to merge them. */
export function DuplicatesHint({ leadId, onMerge }: { leadId: string; onMerge: () => void }) {
  const duplicates = useQuery(duplicatesQuery(leadId));
  const found = duplicates.data ?? [];
  if (found.length === 0) return null;
  const [phone, email] = [
    found.some(({ same }) => same.includes("phone")),
    found.some(({ same }) => same.includes("email")),
  ];
  const what = phone && email ? "phone or e-mail" : phone ? "phone" : "e-mail";
  return (
    <p className="-mt-1.5 flex items-center gap-2 px-3 text-xs text-muted">
      <Users aria-hidden className="size-3.5 shrink-0" />
      <span className="min-w-0 flex-1">
        {found.length} other {found.length === 1 ? "lead" : "leads"} with the same {what}
      </span>
      <button
        type="button"
        onClick={onMerge}
        className="rounded-sm text-accent-text hover:underline pointer-coarse:py-1.5"
      >
        Merge
      </button>
    </p>
  );
}
