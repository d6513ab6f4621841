"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "../cn";
import { IconButton } from "./icon-button";
import { DialogIsOpen } from "./open-dialogs";
import { isInToaster } from "./toast";

const WIDTHS = { sm: "max-w-sm", md: "max-w-lg", lg: "max-w-2xl" } as const;

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  size?: keyof typeof WIDTHS;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  /** False: only its buttons close it (Escape and the veil do not), because there is something to lose. */
  dismissible?: boolean;
  className?: string;
  children: ReactNode;
}

/** A modal dialog: focus stays inside and returns to where it came from. Fills the width of a phone from below. */
export function Dialog(props: DialogProps) {
  const {
    open,
    onOpenChange,
    title,
    description,
    size = "md",
    footer,
    dismissible = true,
    className,
    children,
  } = props;
  const hold = (event: Event) => {
    if (!dismissible) event.preventDefault();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-veil" />
        <Radix.Content
          {...(description === undefined && { "aria-describedby": undefined })}
          onEscapeKeyDown={hold}
          // A message that floats beside it is answered without leaving it.
          onPointerDownOutside={(event) => (isInToaster(event.target) ? event.preventDefault() : hold(event))}
          className={cn(
            "fixed inset-x-0 bottom-0 z-50 mx-auto flex max-h-[92dvh] w-full animate-rise flex-col rounded-t-xl bg-raised shadow-dialog outline-none",
            "sm:inset-x-4 sm:top-[12vh] sm:bottom-auto sm:max-h-[76vh] sm:w-auto sm:rounded-xl",
            WIDTHS[size],
            className,
          )}
        >
          <DialogIsOpen />
          <header className="flex items-start gap-3 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-sm text-muted">{description}</Radix.Description>
              )}
            </div>
            {dismissible && (
              <Radix.Close asChild>
                <IconButton label="Close" size="sm" tooltip={null} className="-mr-1.5 text-muted">
                  <X />
                </IconButton>
              </Radix.Close>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>
          {footer !== undefined && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
