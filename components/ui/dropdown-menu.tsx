"use client";

import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cn } from "../cn";
import { Kbd } from "./kbd";

const item =
  "flex h-8 items-center gap-2 rounded-md px-2 outline-none select-none data-disabled:text-muted data-highlighted:bg-hover pointer-coarse:h-10 dark:data-highlighted:bg-line [&_svg]:size-4 [&_svg]:shrink-0";

export interface DropdownMenuProps {
  trigger: ReactElement;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  /** Called once it has closed and the focus is back on its button: the time to open a dialog, which takes it from there. */
  onClosed?: () => void;
  className?: string;
  children: ReactNode;
}

/**
 * A menu of actions. Children: MenuItem, MenuChoice, MenuLabel, MenuSeparator. Not modal: a modal one hides the page
 * from assistive technology while what is on it can still be focused.
 */
export function DropdownMenu(props: DropdownMenuProps) {
  const { trigger, align = "start", side = "bottom", onClosed, className, children } = props;
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={() => onClosed && queueMicrotask(onClosed)}
          className={cn(
            "z-60 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 animate-pop overflow-y-auto rounded-lg bg-raised p-1 text-sm text-text shadow-pop outline-none",
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface MenuItemProps {
  icon?: ReactNode;
  keys?: readonly string[];
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, keys, danger, disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item onSelect={onSelect} disabled={disabled} className={cn(item, danger && "text-danger-text")}>
      <span aria-hidden className="contents text-muted">
        {icon}
      </span>
      <span className="min-w-0 flex-1">{children}</span>
      {keys && <Kbd keys={keys} />}
    </Radix.Item>
  );
}

export interface MenuChoiceProps<V extends string> {
  value: V;
  onChange: (value: V) => void;
  choices: readonly { value: V; label: ReactNode; icon?: ReactNode }[];
}

/** One of several, as radio items. */
export function MenuChoice<V extends string>({ value, onChange, choices }: MenuChoiceProps<V>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as V)}>
      {choices.map((choice) => (
        <Radix.RadioItem key={choice.value} value={choice.value} className={item}>
          {choice.icon}
          <span className="flex-1">{choice.label}</span>
          <Radix.ItemIndicator>
            <Check aria-hidden className="text-accent-text" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-1 text-xs text-muted">{children}</Radix.Label>;
}

export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
