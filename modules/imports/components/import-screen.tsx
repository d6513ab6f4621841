"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, FileX2 } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button, buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHeader } from "@/components/ui/page-header";
import { SkeletonList } from "@/components/ui/skeleton";
import { inWords } from "@/lib/client/problem";
import type { ImportView } from "../schemas";
import { ImportExpired } from "./import-expired";
import { ImportForm } from "./import-form";
import { ImportForecast, ImportResult } from "./import-outcome";
import { ImportProgress } from "./import-progress";
import { importQuery } from "./import-queries";
import { wordsOf } from "./import-words";

/** One import from its file to its end: columns, dry run, import, undo. */
export function ImportScreen({ importId }: { importId: string }) {
  const query = useQuery(importQuery(importId));
  const one = query.data;
  const back = (
    <Link href="/imports" aria-label="To all imports" className={buttonClass("ghost", "sm")}>
      <ArrowLeft aria-hidden />
    </Link>
  );
  return (
    <>
      <PageHeader
        leading={back}
        title={one?.file.name ?? "Import"}
        meta={one && <Badge tone={wordsOf(one).tone}>{wordsOf(one).label}</Badge>}
      />
      <div className="mx-auto flex w-full max-w-5xl flex-col gap-4 p-4 pb-24 md:px-6" aria-busy={query.isPending}>
        {query.isPending && (
          <Card aria-label="Import">
            <SkeletonList />
          </Card>
        )}
        {query.isError && one === undefined && (
          <EmptyState
            failing
            icon={<FileX2 />}
            title="This import could not be loaded"
            actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
          >
            {inWords(query.error)}
          </EmptyState>
        )}
        {one && <ImportSteps key={one.import_id} one={one} />}
      </div>
    </>
  );
}

function ImportSteps({ one }: { one: ImportView }) {
  const [editing, setEditing] = useState(false);
  if (one.progress) return <ImportProgress one={one} progress={one.progress} />;
  if (one.state === "expired") return <ImportExpired one={one} />;
  const isOpen = one.run_at === null;
  if (isOpen && (one.state !== "checked" || editing)) {
    return (
      <>
        {one.error && <Banner tone="danger">{one.error.detail}</Banner>}
        <ImportForm one={one} onChecked={() => setEditing(false)} />
      </>
    );
  }
  return isOpen ? <ImportForecast one={one} onEdit={() => setEditing(true)} /> : <ImportResult one={one} />;
}
