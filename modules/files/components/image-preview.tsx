"use client";

import { ChevronLeft, ChevronRight, Download } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { NumberText } from "@/components/ui/time";
import type { FileView } from "../schemas";

interface ImagePreviewProps {
  images: readonly FileView[];
  file: FileView;
  onShow: (file: FileView) => void;
  onClose: () => void;
}

/** An image as large as the window lets it be; the arrow keys lead to the others of the lead. */
export function ImagePreview({ images, file, onShow, onClose }: ImagePreviewProps) {
  const at = images.findIndex(({ file_id }) => file_id === file.file_id);
  const [previous, next] = [images[at - 1], images[at + 1]];
  const go = (to: FileView | undefined) => to && onShow(to);
  const onKey = useEffectEvent(({ key }: KeyboardEvent) => {
    if (key === "ArrowLeft") go(previous);
    if (key === "ArrowRight") go(next);
  });
  // Wherever in the dialog the focus is.
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={<span className="break-words">{file.name}</span>}
      size="lg"
      className="max-w-4xl sm:top-[4vh] sm:max-h-[92vh]"
      footer={
        <>
          {images.length > 1 && (
            <span className="mr-auto flex items-center gap-1 text-sm text-muted tabular-nums">
              <IconButton label="Image before" keys={["←"]} size="sm" disabled={!previous} onClick={() => go(previous)}>
                <ChevronLeft />
              </IconButton>
              <NumberText value={at + 1} /> of <NumberText value={images.length} />
              <IconButton label="Next image" keys={["→"]} size="sm" disabled={!next} onClick={() => go(next)}>
                <ChevronRight />
              </IconButton>
            </span>
          )}
          <Button onClick={() => window.location.assign(file.download_url ?? "")}>
            <Download aria-hidden /> Save
          </Button>
        </>
      }
    >
      <div className="flex min-h-48 items-center justify-center">
        <Picture key={file.file_id} file={file} />
      </div>
    </Dialog>
  );
}

function Picture({ file: { content_url: src, name, width, height } }: { file: FileView }) {
  const [failed, setFailed] = useState(false);
  if (src === null || failed) return <p className="text-muted">This image cannot be shown here. Save it to open it.</p>;
  return (
    // oxlint-disable-next-line next/no-img-element -- the optimiser is off, and may not see what is signed for a person
    <img
      src={src}
      alt={name}
      {...(width !== null && height !== null && { width, height })}
      onError={() => setFailed(true)}
      className="h-auto max-h-[70vh] w-auto max-w-full rounded-sm bg-track object-contain"
    />
  );
}
