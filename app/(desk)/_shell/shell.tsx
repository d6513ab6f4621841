"use client";

import type { ReactNode } from "react";
import { ConnectionBanner } from "@/components/connection-banner";
import { BottomBar } from "./bottom-bar";
import { CommandPalette } from "./command-palette";
import { GlobalShortcuts } from "./global-shortcuts";
import { Rail } from "./rail";
import { ShellProvider } from "./shell-state";
import { SignInAgain } from "./sign-in-again";

export interface ShellProps {
  railStartsNarrow: boolean;
  /** Where the local carrier's telephone is; undefined with a real carrier. */
  telephoneUrl: string | undefined;
  /** Where its mailbox is; undefined with a real mail server. */
  mailboxUrl: string | undefined;
  /** Docked at every page: the softphone, with the live updates. */
  dock: ReactNode;
  children: ReactNode;
}

/** The frame of every signed-in page: navigation, the page, the dock, and what belongs to none of them. */
export function Shell({ railStartsNarrow, telephoneUrl, mailboxUrl, dock, children }: ShellProps) {
  return (
    <ShellProvider railStartsNarrow={railStartsNarrow} telephoneUrl={telephoneUrl} mailboxUrl={mailboxUrl}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-70 rounded-md opacity-0 focus:opacity-100 bg-raised px-3 py-2 text-sm font-medium shadow-pop not-focus:pointer-events-none"
      >
        Skip to the page
      </a>
      <div className="flex h-dvh overflow-hidden print:block print:h-auto print:overflow-visible">
        <Rail />
        <div className="flex min-w-0 flex-1 flex-col print:block">
          <ConnectionBanner />
          {/* In the order of Tab, so that the keyboard can scroll a page on which there is nothing to press. */}
          <main
            id="main"
            tabIndex={0}
            className="relative flex min-h-0 flex-1 flex-col overflow-y-auto print:block print:overflow-visible outline-none focus-visible:inset-ring-2 focus-visible:inset-ring-accent print:inset-ring-0"
          >
            {children}
          </main>
          <div className="contents print:hidden">{dock}</div>
          <BottomBar />
        </div>
      </div>
      <CommandPalette />
      <GlobalShortcuts />
      <SignInAgain />
    </ShellProvider>
  );
}
