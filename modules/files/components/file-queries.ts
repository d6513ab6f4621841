"use client";

import { infiniteQueryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { toastFailure, toastUndo } from "@/components/ui/toast";
import { api } from "@/lib/client/api";
import { inWords } from "@/lib/client/problem";
import { type FileView, listFiles, removeFile, restoreFile } from "../schemas";

export const filesQuery = (leadId: string) =>
  infiniteQueryOptions({
    queryKey: ["lead", "files", leadId],
    queryFn: ({ pageParam, signal }) => api(listFiles, { params: { leadId }, query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Takes a file off its lead at once, with a way back. */
export function useRemoveFile({ file_id: fileId, lead_id: leadId, name }: FileView) {
  const queries = useQueryClient();
  const { queryKey } = filesQuery(leadId);
  const settle = () => queries.invalidateQueries({ queryKey: ["lead"] });
  const restore = useMutation({
    mutationFn: () => api(restoreFile, { params: { fileId } }),
    onError: (error) => toastFailure(`${name} was not brought back`, inWords(error)),
    onSettled: settle,
  });
  return useMutation({
    mutationFn: () => api(removeFile, { params: { fileId } }),
    onMutate: async () => {
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(
        queryKey,
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({ ...page, files: page.files.filter((one) => one.file_id !== fileId) })),
          },
      );
    },
    onSuccess: () => toastUndo(`Removed ${name}`, () => restore.mutate()),
    onError: (error) => toastFailure(`${name} was not removed`, inWords(error)),
    onSettled: settle,
  });
}
