"use client";

import { useTheme } from "next-themes";
import { toast, Toaster as Sonner } from "sonner";
import { useMedia } from "@/lib/client/use-media";
import { useDialogOpen } from "./open-dialogs";

/** How long the way back stays on screen. */
const UNDO_MS = 8_000;

/**
 * The one place where toasts appear, above the bar of selected rows; on a phone, whose dialogs stand there, at the top
 * while one is open. Mounted by app/providers.tsx.
 */
export function Toaster() {
  const { resolvedTheme } = useTheme();
  const narrow = useMedia("(width < 40rem)");
  const aside = useDialogOpen() && narrow;
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position={aside ? "top-center" : "bottom-center"}
      offset={{ top: 12, bottom: 76 }}
      mobileOffset={{ top: 12, bottom: 132 }}
      visibleToasts={3}
      hotkey={["altKey", "KeyT"]}
      style={{ zIndex: 70 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            // Of those behind the front one only the edge is seen, until they are spread out.
            "pointer-events-auto flex w-full items-center gap-3 rounded-lg bg-raised px-3.5 py-2.5 text-sm text-text shadow-pop sm:w-[356px] data-[front=false]:data-[expanded=false]:*:opacity-0",
          content: "min-w-0 flex-1",
          title: "font-medium",
          description: "text-muted mt-0.5",
          icon: "shrink-0 self-start mt-0.5",
          error: "[&_[data-icon]]:text-danger-text",
          success: "[&_[data-icon]]:text-positive-text",
          actionButton:
            "shrink-0 h-7 rounded-md border border-line-strong bg-surface px-2.5 text-xs font-medium hover:bg-hover",
        },
      }}
    />
  );
}

/** Whether something is part of a toast. */
export const isInToaster = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[data-sonner-toaster]") !== null;

/** Says that something was done. */
export function toastDone(message: string, description?: string): void {
  toast.success(message, { ...(description !== undefined && { description }) });
}

/** Says what failed and what to do; stays longer, because it must be read. */
export function toastFailure(message: string, description?: string): void {
  toast.error(message, { duration: 10_000, ...(description !== undefined && { description }) });
}

/** Says that something was done, with a way back (Alt+T brings the focus there). */
export function toastUndo(message: string, undo: () => void): void {
  toast(message, { duration: UNDO_MS, action: { label: "Undo", onClick: undo } });
}
