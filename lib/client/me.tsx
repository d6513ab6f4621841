"use client";

import { createContext, use, type ReactNode } from "react";
import type { Role } from "../principal";

/** The signed-in person, as screens need them. What they may do is decided by the server on each request. */
export interface Me {
  userId: string;
  email: string;
  name: string;
  role: Role;
  /** Set for those who take leads and calls. */
  agentId: string | undefined;
  timeZone: string;
}

const MeContext = createContext<Me | undefined>(undefined);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** The signed-in person; only below the desk's layout. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error("useMe is used outside of the signed-in pages");
  return me;
}

/** Managers and admins are shown what concerns everybody. */
export function useIsStaff(): boolean {
  return useMe().role !== "agent";
}
