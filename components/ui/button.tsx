"use client";

import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "../cn";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent shadow-card hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-text shadow-card hover:bg-hover dark:bg-raised",
  ghost: "text-text hover:bg-hover data-[state=open]:bg-hover",
  danger: "bg-danger text-on-accent shadow-card hover:bg-danger-hover",
};

const SIZES: Record<ButtonSize, string> = {
  sm: "h-7 gap-1.5 px-2.5 text-xs",
  md: "h-8 gap-1.5 px-3 text-sm pointer-coarse:h-10",
  lg: "h-10 gap-2 px-4 text-base",
};

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Something is under way: the button keeps its width and its focus, and does nothing more. */
  busy?: boolean;
  /** Draws the only child (a link, mostly) as the button. */
  asChild?: boolean;
}

export function buttonClass(variant: ButtonVariant = "secondary", size: ButtonSize = "md"): string {
  return cn(
    "relative inline-flex shrink-0 items-center justify-center rounded-md font-medium whitespace-nowrap transition-colors select-none [&_svg]:size-4 [&_svg]:shrink-0",
    "disabled:opacity-50 aria-disabled:opacity-50",
    VARIANTS[variant],
    SIZES[size],
  );
}

export function Button({ variant, size, busy = false, asChild = false, className, children, ...rest }: ButtonProps) {
  const classes = cn(buttonClass(variant, size), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      {...(busy && { "aria-disabled": true, "aria-busy": true, onClick: (event) => event.preventDefault() })}
    >
      <span className={cn("contents", busy && "[&>*]:invisible text-transparent")}>{children}</span>
      {busy && <LoaderCircle aria-hidden className="absolute animate-spin" />}
    </button>
  );
}
