import { z } from "zod";

const draftSchema = z.object({ disposition: z.string(), note: z.string() });

/** What an agent has entered for a call and not finished yet. */
export type WrapUpDraft = z.infer<typeof draftSchema>;

type StoragePort = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const keyOf = (callId: string): string => `evenhand.wrap-up.${callId}`;

/** Reads the draft of a call, as it was before a reload or a crash. */
export function readDraft(storage: StoragePort | undefined, callId: string): WrapUpDraft | undefined {
  try {
    const text = storage?.getItem(keyOf(callId));
    const parsed = draftSchema.safeParse(text ? JSON.parse(text) : null);
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined; // Blocked or spoilt: there is nothing to come back to.
  }
}

/** Keeps the draft. Storage that is full or blocked only costs the safety net: the form itself still has the text. */
export function keepDraft(storage: StoragePort | undefined, callId: string, draft: WrapUpDraft): void {
  try {
    if (draft.note === "" && draft.disposition === "") storage?.removeItem(keyOf(callId));
    else storage?.setItem(keyOf(callId), JSON.stringify(draft));
  } catch {
    return; // Nothing to do about it, and the person would lose nothing but the net.
  }
}

export function dropDraft(storage: StoragePort | undefined, callId: string): void {
  keepDraft(storage, callId, { disposition: "", note: "" });
}
