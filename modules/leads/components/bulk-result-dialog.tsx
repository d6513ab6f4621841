"use client";

import { CircleCheck, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";

export interface BulkResult {
  title: string;
  /** What was done, in one sentence. */
  done: string;
  failures: readonly { leadId: string; name: string; why: string }[];
}

const LISTED = 200;

/** What became of each row of a bulk change. */
export function BulkResultDialog({ result, onClose }: { result: BulkResult | undefined; onClose: () => void }) {
  if (!result) return null;
  const { title, done, failures } = result;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      footer={
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p className="flex items-center gap-2">
        <CircleCheck aria-hidden className="size-4 text-positive-text" />
        {done}
      </p>
      {failures.length > 0 && (
        <section className="mt-4">
          <h3 className="flex items-center gap-2 text-sm font-medium">
            <TriangleAlert aria-hidden className="size-4 text-caution-text" />
            Left as they were ({failures.length})
          </h3>
          <ul className="mt-1 divide-y divide-line">
            {failures.slice(0, LISTED).map(({ leadId, name, why }) => (
              <li key={leadId} className="flex justify-between gap-4 py-1.5">
                <Link href={`/leads/${leadId}`} className="truncate font-medium hover:underline">
                  {name}
                </Link>
                <span className="text-right text-muted">{why}</span>
              </li>
            ))}
          </ul>
          {failures.length > LISTED && <p className="text-muted">and {failures.length - LISTED} more</p>}
        </section>
      )}
    </Dialog>
  );
}
