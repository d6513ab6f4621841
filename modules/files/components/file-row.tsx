"use client";

import {
  Download,
  File,
  FileArchive,
  FileAudio,
  FileImage,
  FileText,
  FileVideo,
  type LucideIcon,
  Trash2,
} from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button";
import { TimeAgo } from "@/components/ui/time";
import { useNumberWords } from "@/lib/client/locale";
import { sizeText } from "@/modules/exports/components/export-queries";
import type { FileView } from "../schemas";
import { FileMark } from "./file-mark";
import { useRemoveFile } from "./file-queries";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  image: FileImage,
  audio: FileAudio,
  video: FileVideo,
  document: FileText,
  text: FileText,
  archive: FileArchive,
};

/** One file: what it is, whose it is, and what can be done with it where it stands. */
export function FileRow({ file, onOpen }: { file: FileView; onOpen: () => void }) {
  const { name, bytes, group, content_url: content, download_url: download } = file;
  const remove = useRemoveFile(file);
  const figure = useNumberWords();
  const isImage = group === "image" && content !== null;
  const extension = name.split(".").at(-1)?.toUpperCase() ?? "";
  return (
    <li className="flex items-start gap-3 py-2" data-testid="file">
      <FileMark>{isImage ? <Thumbnail src={content} /> : <GroupIcon group={group} />}</FileMark>
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">
          {isImage ? (
            <button type="button" onClick={onOpen} className="rounded-sm text-left text-accent-text hover:underline">
              {name}
            </button>
          ) : (
            name
          )}
        </p>
        <p className="flex flex-wrap gap-x-1.5 text-xs text-muted tabular-nums">
          <span>
            {extension} · {sizeText(bytes, figure)}
          </span>
          <span aria-hidden>·</span>
          <span>{file.uploaded_by_name}</span>
          <span aria-hidden>·</span>
          <TimeAgo at={file.created_at} />
        </p>
        {group === "audio" && content !== null && (
          <audio
            controls
            preload="none"
            src={content}
            aria-label={name}
            className="mt-1.5 h-10 w-full max-w-md print:hidden"
          />
        )}
      </div>
      <span className="flex shrink-0 print:hidden">
        {download !== null && (
          <IconButton label={`Save ${name}`} tooltip="Save" size="sm" onClick={() => window.location.assign(download)}>
            <Download />
          </IconButton>
        )}
        {file.removable && (
          <IconButton label={`Remove ${name}`} tooltip="Remove" size="sm" onClick={() => remove.mutate()}>
            <Trash2 />
          </IconButton>
        )}
      </span>
    </li>
  );
}

function GroupIcon({ group }: { group: FileView["group"] }) {
  const Icon = ICONS[group ?? ""] ?? File;
  return <Icon />;
}

/** A broken image leaves its sign, not the browser's. */
function Thumbnail({ src }: { src: string }) {
  const [failed, setFailed] = useState(false);
  if (failed) return <FileImage />;
  return (
    // oxlint-disable-next-line next/no-img-element -- the optimiser is off, and may not see what is signed for a person
    <img
      src={src}
      alt=""
      loading="lazy"
      decoding="async"
      className="size-full object-cover"
      onError={() => setFailed(true)}
    />
  );
}
