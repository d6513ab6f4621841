"use client";

import { RotateCw, TriangleAlert, Upload, X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Meter } from "@/components/ui/meter";
import { useNumberWords } from "@/lib/client/locale";
import type { NumberWords } from "@/lib/number-words";
import { sizeText } from "@/modules/exports/components/export-queries";
import { FileMark } from "./file-mark";
import { giveUp, tryAgain, type UploadItem } from "./uploads";

/** A file on its way: how far it is, or what stopped it and what to do. */
export function UploadRow({ item }: { item: UploadItem }) {
  const { id, name, bytes, sent, stage, problem, worthTrying } = item;
  const figure = useNumberWords();
  const failed = stage === "failed";
  return (
    <li className="flex items-center gap-3 py-2" data-testid="upload">
      <FileMark>{failed ? <TriangleAlert className="text-danger-text" /> : <Upload />}</FileMark>
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium" title={name}>
          {name}
        </p>
        {failed ? (
          <p role="alert" className="text-xs text-danger-text">
            {problem}
          </p>
        ) : (
          <div className="flex items-center gap-3 text-xs text-muted tabular-nums">
            <Meter
              className="max-w-48 flex-1"
              value={sent}
              max={bytes}
              label={`Sent of ${name}`}
              valueText={words(item, figure)}
            />
            <span className="whitespace-nowrap">
              {stage === "sending" ? sizeText(bytes, figure) : words(item, figure)}
            </span>
          </div>
        )}
      </div>
      {failed && worthTrying === true && (
        <IconButton label={`Try ${name} again`} size="sm" onClick={() => tryAgain(id)}>
          <RotateCw />
        </IconButton>
      )}
      <IconButton label={failed ? `Put ${name} away` : `Stop ${name}`} size="sm" onClick={() => giveUp(id)}>
        <X />
      </IconButton>
    </li>
  );
}

function words({ stage, sent, bytes }: UploadItem, figure: NumberWords): string {
  if (stage === "waiting") return "Waits";
  return stage === "checking" ? "Being looked at" : `${sizeText(sent, figure)} of ${sizeText(bytes, figure)}`;
}
