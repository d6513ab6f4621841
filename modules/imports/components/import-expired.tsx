import Link from "next/link";
import { Banner } from "@/components/ui/banner";
import { buttonClass } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { DateTime } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import type { NumberWords } from "@/lib/number-words";
import { leadCount } from "@/modules/leads/components/lead-words";
import type { ImportView } from "../schemas";
import { ResultCounts } from "./import-counts";
import { rowCount } from "./import-words";

/** An import whose file and rows are kept no longer: what came of it, and what can still be done. */
export function ImportExpired({ one }: { one: ImportView }) {
  const figure = useNumberWords();
  const { result } = one;
  return (
    <>
      <Banner tone="info">
        The file and its rows were kept until <DateTime at={one.expires_at} show="date" />. {whatStays(one, figure)}
      </Banner>
      {result && (
        <Card aria-labelledby="result">
          <CardHeader
            id="result"
            title="What came of it"
            meta={
              <>
                {rowCount(one.total_rows ?? 0, figure)}
                {one.run_at !== null && (
                  <>
                    , imported on <DateTime at={one.run_at} show="date" /> by {one.run_by_name ?? one.created_by_name}
                  </>
                )}
              </>
            }
          />
          <ResultCounts result={result} />
        </Card>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">{whatToDo(one, figure)}</p>
        <Link href="/imports" className={buttonClass("secondary", "md")}>
          Send the file again
        </Link>
      </div>
    </>
  );
}

function whatStays({ result, undo }: ImportView, figure: NumberWords): string {
  if (!result) return "It was never run, and no lead came of it.";
  if (undo) {
    const parts = [`${leadCount(undo.removed, figure)} removed`, `${leadCount(undo.set_back, figure)} set back`];
    if (undo.left_alone > 0) parts.push(`${leadCount(undo.left_alone, figure)} left as they were`);
    return `It had been undone before: ${parts.join(", ")}.`;
  }
  if (result.created + result.updated === 0) return "It wrote nothing that could be undone.";
  return "What it wrote stays, and can be undone no longer.";
}

/** Rows that were not imported are what people come back for. */
function whatToDo({ result, undo }: ImportView, figure: NumberWords): string {
  const missing = result === null || undo !== null ? 0 : result.failed + result.not_reached;
  if (missing === 0) return "To import it again, choose the file once more.";
  const which = `${rowCount(missing, figure)} ${missing === 1 ? "was" : "were"} not imported`;
  return `${which}. Mend them in your own file and send it again: leads that are there already are recognised.`;
}
