"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { useState } from "react";
import { InputWithIcon } from "@/components/ui/input";
import { api } from "@/lib/client/api";
import { useNumberWords } from "@/lib/client/locale";
import { inWords } from "@/lib/client/problem";
import { useDebounced } from "@/lib/client/use-debounced";
import { deleteDoNotCall, listDoNotCall, putDoNotCall } from "../../call-out.schemas";
import { NumberListCard } from "./number-list-card";
import { useNumberList } from "./use-number-list";

const KEY = ["do-not-call"];
/** From here on finding by scrolling takes longer than by typing. */
const MANY = 8;

/** Numbers that nobody may call: click-to-call is refused, and callbacks in line end. */
export function DoNotCallCard() {
  const [text, setText] = useState("");
  const search = useDebounced(text.trim(), 200);
  const query = useQuery({
    queryKey: [...KEY, search],
    queryFn: ({ signal }) => api(listDoNotCall, { query: search === "" ? {} : { search }, signal }),
    placeholderData: keepPreviousData,
  });
  const changes = useNumberList(KEY, "The list was not changed", {
    put: ({ number, words }) => api(putDoNotCall, { params: { number }, body: { reason: words } }),
    remove: (number) => api(deleteDoNotCall, { params: { number } }),
  });
  const { numbers, total = 0 } = query.data ?? {};
  const figure = useNumberWords();
  return (
    <NumberListCard
      {...changes}
      id="do-not-call-title"
      title="Do not call"
      meta={total > 0 ? figure(total) : undefined}
      before={
        total > MANY && (
          <InputWithIcon
            icon={<Search />}
            type="search"
            aria-label="Find a number not to be called"
            placeholder="Find a number"
            maxLength={40}
            value={text}
            onChange={({ target }) => setText(target.value)}
            className="border-b border-line p-2"
          />
        )
      }
      numbers={query.isError && !numbers ? [] : numbers?.map(({ number, reason }) => ({ number, words: reason }))}
      empty={
        query.isError
          ? inWords(query.error)
          : search === ""
            ? "No number is on it. Leads marked “Do not call” are never called either."
            : "This number is not on the list."
      }
      numberLabel="Number not to be called"
      wordsLabel="Why"
      removeLabel={({ number }) => `Allow calls to ${number} again`}
    />
  );
}
