import type { z } from "zod";
import type { Lead, patchLead } from "../schemas";

/** Facts of a lead as they shall be. */
export type LeadChange = Omit<z.input<NonNullable<typeof patchLead.body>>, "version">;

/** One change of facts: how it is taken back, and how it is done again. */
export interface FactStep {
  saying: string;
  back: LeadChange;
  again: LeadChange;
}

export type Side = "undo" | "redo";

/** What this person has changed on this page, the latest last; and what they took back since. */
export type FactSteps = Readonly<Record<Side, readonly FactStep[]>>;

export const NO_STEPS: FactSteps = { undo: [], redo: [] };

/** A new change: what was taken back before cannot be done again. */
export const written = ({ undo }: FactSteps, step: FactStep): FactSteps => ({ undo: [...undo, step], redo: [] });

/** A step was taken back, or done again. */
export function moved(steps: FactSteps, step: FactStep, side: Side): FactSteps {
  const { undo, redo } = forgotten(steps, step);
  return side === "undo" ? { undo, redo: [...redo, step] } : { undo: [...undo, step], redo };
}

/** A step that cannot be taken any more. */
export function forgotten(steps: FactSteps, step: FactStep): FactSteps {
  return { undo: steps.undo.filter((one) => one !== step), redo: steps.redo.filter((one) => one !== step) };
}

/** The facts of a lead that a change is about, as a change. */
export function factsOf(lead: Lead, change: LeadChange): LeadChange {
  const fields = Object.keys(change) as (keyof LeadChange)[];
  return Object.fromEntries(fields.map((field) => [field, lead[field]]));
}

/** Whether the lead has still what the step left: nobody has written these facts since. */
export function stillHolds(lead: Lead, step: FactStep, side: Side): boolean {
  const left = side === "undo" ? step.again : step.back;
  return JSON.stringify(factsOf(lead, left)) === JSON.stringify(left);
}

/** A lead as it is once a change is made. */
export function withChange(lead: Lead, change: LeadChange): Lead {
  const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...lead, ...set };
}
