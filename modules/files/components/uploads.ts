import type { QueryClient } from "@tanstack/react-query";
import { v7 } from "uuid";
import { toastDone } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords, ProblemError } from "@/lib/client/problem";
import { createStore } from "@/lib/client/store";
import { beginUpload, completeUpload, removeFile } from "../schemas";
import { sendBytes } from "./send-bytes";

/** A file on its way to a lead. */
export interface UploadItem {
  id: string;
  leadId: string;
  name: string;
  bytes: number;
  sent: number;
  stage: "waiting" | "sending" | "checking" | "failed";
  /** Why it failed, for the person. */
  problem?: string;
  /** Whether the same file may fare better another time. */
  worthTrying?: boolean;
}

interface Job {
  file: File;
  queries: QueryClient;
  abort: AbortController;
  /** Announced under this id: what a further attempt leaves behind. */
  fileId?: string;
}

/** Files that are sent at the same time; the others wait. */
const AT_ONCE = 2;
/** Milliseconds that looking at a large file may take. */
const LOOK_MS = 120_000;

/** All that are on their way. Outside of React: they go on while their person looks at another page. */
export const uploads = createStore<readonly UploadItem[]>([]);
const jobs = new Map<string, Job>();

/** Attaches files to a lead, one after the other. */
export function attachFiles(queries: QueryClient, leadId: string, files: readonly File[]): void {
  const items = files.map((file): UploadItem => {
    const id = v7();
    jobs.set(id, { file, queries, abort: new AbortController() });
    return { id, leadId, name: file.name, bytes: file.size, sent: 0, stage: "waiting" };
  });
  uploads.set([...uploads.get(), ...items]);
  startNext();
}

/** Sends a file that failed again, from the beginning. */
export function tryAgain(id: string): void {
  const job = jobs.get(id);
  if (!job) return;
  job.abort = new AbortController();
  uploads.set(uploads.get().map((one) => (one.id === id ? waiting(one) : one)));
  startNext();
}

/** Takes a file off the list, and stops it where it is. */
export function giveUp(id: string): void {
  const job = jobs.get(id);
  job?.abort.abort(new Error("given up"));
  if (job) forget(job);
  remove(id);
  startNext();
}

const waiting = ({ id, leadId, name, bytes }: UploadItem): UploadItem => ({
  ...{ id, leadId, name, bytes },
  sent: 0,
  stage: "waiting",
});

function remove(id: string): void {
  jobs.delete(id);
  uploads.set(uploads.get().filter((one) => one.id !== id));
}

function change(id: string, to: Partial<UploadItem>): void {
  uploads.set(uploads.get().map((one) => (one.id === id ? { ...one, ...to } : one)));
}

function startNext(): void {
  const all = uploads.get();
  const isBusy = ({ stage }: UploadItem): boolean => stage === "sending" || stage === "checking";
  const next = all.find(({ stage }) => stage === "waiting");
  if (!next || all.filter(isBusy).length >= AT_ONCE) return;
  change(next.id, { stage: "sending" });
  void run(next).finally(startNext);
  startNext();
}

async function run({ id, leadId, name, bytes }: UploadItem): Promise<void> {
  const job = jobs.get(id);
  if (!job) return;
  const { signal } = job.abort;
  forget(job);
  try {
    if (bytes === 0) throw new ProblemError(422, "file_empty", "The file is empty.");
    const begun = await api(beginUpload, { params: { leadId }, body: { name, bytes }, signal });
    const fileId = begun.file.file_id;
    job.fileId = fileId;
    await sendBytes(begun.upload, job.file, { onSent: (sent) => change(id, { sent }), signal });
    change(id, { stage: "checking", sent: bytes });
    const { file } = await api(completeUpload, { params: { fileId }, signal, timeoutMs: LOOK_MS });
    delete job.fileId;
    if (file.name !== name) toastDone(`Attached as ${file.name}`, `${name} is named after what is in it.`);
    await job.queries.invalidateQueries({ queryKey: ["lead"] });
    remove(id);
  } catch (error) {
    if (!signal.aborted) change(id, { stage: "failed", problem: inWords(error), worthTrying: mayFareBetter(error) });
  }
}

/** What a file is refused for does not change by sending it again. */
const mayFareBetter = (error: unknown): boolean =>
  !(error instanceof ProblemError) || error.status < 400 || error.status === 429 || error.status >= 500;

/** Gives up what was announced before; should that fail, it is swept within the hour. */
function forget(job: Job): void {
  const { fileId } = job;
  if (fileId === undefined) return;
  delete job.fileId;
  void api(removeFile, { params: { fileId } }).catch(() => undefined);
}
