"use client";

import { useEffect, useEffectEvent, useState } from "react";

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;

/** Screenshots come from the clipboard as image.png, all of them. */
function named(file: File): File {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const at = new Date().toLocaleString("sv-SE").replaceAll(":", ".");
  return new File([file], `Pasted ${at}.${file.name.split(".").at(-1)}`, { type: file.type });
}

/**
 * Takes files that are dropped anywhere on the page or pasted into it. Answers whether some are being dragged over it.
 */
export function useIncomingFiles(take: (files: File[]) => void): boolean {
  const [isOver, setIsOver] = useState(false);
  const onFiles = useEffectEvent(take);
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    // Entering a child comes before leaving its parent: counted, so that nothing flickers.
    let depth = 0;
    const set = (next: number): void => {
      depth = Math.max(0, next);
      setIsOver(depth > 0);
    };
    const onEnter = (event: DragEvent): void => {
      if (hasFiles(event)) set(depth + 1);
    };
    const onLeave = (event: DragEvent): void => {
      if (hasFiles(event)) set(depth - 1);
    };
    const onOver = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      set(0);
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    const onPaste = (event: ClipboardEvent): void => {
      const { files, types } = event.clipboardData ?? {};
      // Text that brings a picture of itself along is text.
      if (!files || files.length === 0 || types?.includes("text/plain")) return;
      event.preventDefault();
      onFiles([...files].map((file) => named(file)));
    };
    window.addEventListener("dragenter", onEnter, { signal });
    window.addEventListener("dragleave", onLeave, { signal });
    window.addEventListener("dragover", onOver, { signal });
    window.addEventListener("drop", onDrop, { signal });
    window.addEventListener("paste", onPaste, { signal });
    return () => stop.abort();
  }, []);
  return isOver;
}
