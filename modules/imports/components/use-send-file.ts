"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { v7 } from "uuid";
import { NO_ANSWER, ProblemError } from "@/lib/client/problem";
import { useHoldPage } from "@/lib/client/use-hold-page";
import { sendBytes } from "@/modules/files/components/send-bytes";
import { FILE_LIMIT, LIMITS } from "../domain/limits";
import { type ImportView, uploadImport } from "../schemas";
import { importQuery } from "./import-queries";

/** Milliseconds that looking into a file may take once it is there. */
const LOOK_MS = 120_000;
const LONGEST_NAME = 200;

/** A file on its way. */
export interface Outgoing {
  name: string;
  bytes: number;
  sent: number;
}

/** Sends a file to import, as it is: how far it is, how to stop it, and why it was refused. */
export function useSendFile(onDone: (made: ImportView) => void) {
  const client = useQueryClient();
  const abort = useRef<AbortController>(null);
  const [outgoing, setOutgoing] = useState<Outgoing>();
  useHoldPage(outgoing !== undefined);
  const { mutate, error } = useMutation({
    mutationFn: async (file: File) => {
      const { name, size: bytes } = file;
      if (bytes > LIMITS.fileBytes) throw tooLarge();
      abort.current = new AbortController();
      const { signal } = abort.current;
      const onSent = (sent: number) => setOutgoing({ name, bytes, sent: Math.min(sent, bytes) });
      onSent(0);
      const answer = await sendBytes(uploadOf(name), file, { onSent, signal, answerMs: LOOK_MS });
      return (JSON.parse(answer) as { import: ImportView }).import;
    },
    onSuccess: (made) => {
      client.setQueryData(importQuery(made.import_id).queryKey, made);
      onDone(made);
    },
    onSettled: () => {
      setOutgoing(undefined);
      return client.invalidateQueries({ queryKey: ["import", "list"] });
    },
  });
  return {
    outgoing,
    problem: error instanceof ProblemError && error.code === STOPPED ? null : error,
    send: (file: File) => mutate(file),
    stop: () => abort.current?.abort(new ProblemError(NO_ANSWER, STOPPED, "It was stopped.")),
  };
}

const STOPPED = "stopped";

const uploadOf = (name: string) => ({
  method: uploadImport.method,
  url: `${uploadImport.path}?${new URLSearchParams({ file_name: name.slice(-LONGEST_NAME) })}`,
  headers: { accept: "application/json", "content-type": "application/octet-stream", "idempotency-key": v7() },
});

/** Said before it is sent: the server would say it after minutes. */
const tooLarge = (): ProblemError =>
  new ProblemError(413, "file_too_large", `A file may have at most ${FILE_LIMIT}. Split it, and import the parts.`);
