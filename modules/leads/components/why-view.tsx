import { cn } from "@/components/cn";
import { Table, TableCell, TableHead, TableHeadCell, TableRow } from "@/components/ui/table";
import { sentence } from "./lead-words";

/** How one agent stood when a lead was dealt. */
export interface WhyCandidate {
  agent: string;
  name: string;
  open_leads: number;
  max_capacity: number;
  score?: number | null | undefined;
  turns?: number | null | undefined;
}

export interface WhyExcluded {
  agent: string;
  name: string;
  reason: string;
}

const REASONS: Readonly<Record<string, string>> = {
  full: "no room",
  away: "away",
  busy: "busy",
  offline: "offline",
  disabled: "account switched off",
  not_in_team: "not in the lead’s team",
};

export const reasonWords = (reason: string): string => REASONS[reason] ?? sentence(reason).toLowerCase();

/** Who could have had the lead, as they stood at that moment; the one who got it is marked. */
export function CandidateTable({ candidates, chosen }: { candidates: readonly WhyCandidate[]; chosen: string | null }) {
  const scored = candidates.some(({ score }) => typeof score === "number");
  const turned = candidates.some(({ turns }) => typeof turns === "number");
  return (
    <div className="max-h-64 overflow-y-auto rounded-md border border-line">
      <Table readOnly aria-label="Who could have had it">
        <TableHead>
          <TableRow>
            <TableHeadCell>Agent</TableHeadCell>
            <TableHeadCell numeric>Open leads</TableHeadCell>
            {turned && <TableHeadCell numeric>Turns</TableHeadCell>}
            {scored && <TableHeadCell numeric>Score</TableHeadCell>}
          </TableRow>
        </TableHead>
        <tbody>
          {candidates.map((candidate) => (
            <TableRow key={candidate.agent} className={cn("h-8", candidate.agent === chosen && "bg-selected")}>
              <TableCell className={candidate.agent === chosen ? "font-medium" : ""}>
                {candidate.name}
                {candidate.agent === chosen && <span className="sr-only"> (got it)</span>}
              </TableCell>
              <TableCell className="text-right tabular-nums">
                {candidate.open_leads} <span className="text-muted">of {candidate.max_capacity}</span>
              </TableCell>
              {turned && <TableCell className="text-right tabular-nums">{candidate.turns ?? "–"}</TableCell>}
              {scored && (
                <TableCell className="text-right tabular-nums">
                  {typeof candidate.score === "number" ? Math.round(candidate.score) : "–"}
                </TableCell>
              )}
            </TableRow>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

/** Who could not have had it, and why. */
export function ExcludedList({ excluded }: { excluded: readonly WhyExcluded[] }) {
  return (
    <ul className="grid gap-x-6 sm:grid-cols-2">
      {excluded.map(({ agent, name, reason }) => (
        <li key={agent} className="flex justify-between gap-3 border-b border-line py-1.5">
          <span className="min-w-0 truncate">{name}</span>
          <span className="shrink-0 text-muted">{reasonWords(reason)}</span>
        </li>
      ))}
    </ul>
  );
}
