"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Kbd } from "./kbd";

export const TooltipProvider = Radix.Provider;

export interface TooltipProps {
  content: ReactNode;
  keys?: readonly string[];
  side?: "top" | "right" | "bottom" | "left";
  children: ReactElement;
}

/** A short hint on hover and focus. What must be read by everybody belongs on the page or into a popover instead. */
export function Tooltip({ content, keys, side = "top", children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger
        asChild
        onFocus={(event) => {
          // A dialog or menu that is closed by mouse gives the focus back to its button: that asks for no hint.
          if (!event.currentTarget.matches(":focus-visible")) event.preventDefault();
        }}
      >
        {children}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          // To assistive technology it is the description of its button, and no text of its own at the end of the page.
          aria-hidden
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-60 flex max-w-72 animate-fade items-center gap-2 rounded-md bg-raised px-2 py-1 text-xs text-text shadow-pop"
        >
          {content}
          {keys && <Kbd keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
