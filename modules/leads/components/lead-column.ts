import type { ReactNode } from "react";
import type { SortField } from "../domain/lead-sort";
import type { Lead } from "../schemas";

/** What cells need to know beside their lead. */
export interface CellContext {
  dispositionLabel: (code: string) => string;
  isOpen: (code: string) => boolean;
  /** The address of a lead, opened from this list. */
  href: (leadId: string) => string;
  /** Instants as the person's language and zone write them. */
  instant: (at: string) => string;
  /** Calendar dates as the person's language writes them. */
  date: (date: string) => string;
  /** The server's clock when the grid was drawn, in milliseconds since 1970. */
  now: number;
}

export interface LeadColumn {
  id: string;
  label: string;
  width: number;
  numeric?: boolean;
  /** What a row is known by. */
  strong?: boolean;
  /** What the server orders by when the header is clicked. */
  sort?: SortField;
  /** As it is copied, and shown where there is no better way. */
  text: (lead: Lead, context: CellContext) => string;
  render?: (lead: Lead, context: CellContext) => ReactNode;
}
