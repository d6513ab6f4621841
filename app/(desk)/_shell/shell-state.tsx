"use client";

import { createContext, use, useMemo, useState, type ReactNode } from "react";

export const RAIL_COOKIE = "evenhand_rail";
const YEAR_SECONDS = 31_536_000;

export interface ShellState {
  narrow: boolean;
  setNarrow: (narrow: boolean) => void;
  paletteOpen: boolean;
  setPaletteOpen: (open: boolean) => void;
  shortcutsOpen: boolean;
  setShortcutsOpen: (open: boolean) => void;
  telephoneUrl: string | undefined;
  mailboxUrl: string | undefined;
}

const ShellContext = createContext<ShellState | undefined>(undefined);

export interface ShellProviderProps {
  railStartsNarrow: boolean;
  telephoneUrl: string | undefined;
  mailboxUrl: string | undefined;
  children: ReactNode;
}

/** What parts of the frame share. The rail's width is a cookie, so that the server draws it right at once. */
export function ShellProvider({ railStartsNarrow, telephoneUrl, mailboxUrl, children }: ShellProviderProps) {
  const [narrow, setNarrowState] = useState(railStartsNarrow);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [shortcutsOpen, setShortcutsOpen] = useState(false);
  const state = useMemo<ShellState>(
    () => ({
      narrow,
      setNarrow(next) {
        setNarrowState(next);
        document.cookie = `${RAIL_COOKIE}=${next ? "narrow" : "wide"}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
      },
      paletteOpen,
      setPaletteOpen,
      shortcutsOpen,
      setShortcutsOpen,
      telephoneUrl,
      mailboxUrl,
    }),
    [narrow, paletteOpen, shortcutsOpen, telephoneUrl, mailboxUrl],
  );
  return <ShellContext value={state}>{children}</ShellContext>;
}

export function useShell(): ShellState {
  const state = use(ShellContext);
  if (!state) throw new Error("useShell is used outside of the shell");
  return state;
}
