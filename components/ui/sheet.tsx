"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "../cn";
import { IconButton } from "./icon-button";

export interface SheetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  side?: "right" | "bottom";
  footer?: ReactNode;
  children: ReactNode;
}

const SIDES = {
  right: "inset-y-0 right-0 w-full max-w-md animate-slide sm:inset-y-2 sm:right-2 sm:rounded-xl",
  bottom: "inset-x-0 bottom-0 max-h-[88dvh] animate-rise rounded-t-xl",
} as const;

/** A modal panel at the edge, for what is looked at beside the page. */
export function Sheet({ open, onOpenChange, title, description, side = "right", footer, children }: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-veil" />
        <Radix.Content
          {...(description === undefined && { "aria-describedby": undefined })}
          className={cn("fixed z-50 flex flex-col bg-raised shadow-dialog outline-none", SIDES[side])}
        >
          <header className="flex items-start gap-3 border-b border-line px-5 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="text-sm text-muted">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close" size="sm" tooltip={null} className="-mr-1.5 text-muted">
                <X />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
          {footer !== undefined && (
            <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
