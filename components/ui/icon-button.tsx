"use client";

import type { ReactNode } from "react";
import { cn } from "../cn";
import { Button, type ButtonProps } from "./button";
import { Tooltip } from "./tooltip";

const SIZES = { sm: "size-7", md: "size-8 pointer-coarse:size-10", lg: "size-10" } as const;

export interface IconButtonProps extends Omit<ButtonProps, "aria-label" | "asChild"> {
  /** What it does: its name for assistive technology and the text of its tooltip. */
  label: string;
  /** Keys that do the same, shown in the tooltip. */
  keys?: readonly string[];
  /** Unset: the label is the tooltip. null: no tooltip. */
  tooltip?: ReactNode;
}

export function IconButton({
  label,
  keys,
  tooltip = label,
  size = "md",
  variant = "ghost",
  className,
  ...rest
}: IconButtonProps) {
  const button = (
    <Button {...rest} variant={variant} size={size} aria-label={label} className={cn("px-0", SIZES[size], className)} />
  );
  if (tooltip === null) return button;
  return (
    <Tooltip content={tooltip} {...(keys && { keys })}>
      {button}
    </Tooltip>
  );
}
