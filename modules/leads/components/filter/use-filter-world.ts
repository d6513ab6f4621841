"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { dateIn, dateWords } from "@/lib/calendar-date";
import { useToday } from "@/lib/client/clock";
import { useLocale, useNumberWords } from "@/lib/client/locale";
import { useIsStaff, useMe } from "@/lib/client/me";
import { agentsQuery } from "@/modules/agents/components/agent-queries";
import { dispositionsQuery } from "../lead-queries";
import { sentence } from "../lead-words";
import { dayStartIn } from "./filter-days";
import type { ValueNames } from "./filter-fields";
import type { TextWorld } from "./filter-value-text";

/** Nobody compares with more. */
const DECIMALS = 3;

export interface FilterWorld extends TextWorld {
  names: ValueNames;
  /** The day on which an instant lies where the person is. */
  dayOf: (at: string) => string;
}

/** What filters are read and written with: dispositions, agents, and where days begin. */
export function useFilterWorld(): FilterWorld {
  const isStaff = useIsStaff();
  const { email: me } = useMe();
  const { locale, timeZone } = useLocale();
  const figure = useNumberWords();
  const today = useToday();
  const dispositions = useQuery(dispositionsQuery).data;
  const agents = useQuery({ ...agentsQuery, enabled: isStaff }).data?.agents;
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone });
    return {
      dispositions: dispositions ?? [],
      agents: agents ?? [],
      me,
      dayStart: (day) => dayStartIn(day, timeZone),
      locale,
      today,
      dayOf: (at) => dateIn(timeZone, Date.parse(at)),
      names: {
        disposition: (code) => dispositions?.find((each) => each.code === code)?.label ?? sentence(code),
        agent: (email) => agents?.find(({ agent_id }) => agent_id === email)?.name ?? (email === me ? "me" : email),
        instant: (at) => format.format(new Date(at)),
        date: (date) => dateWords(date, locale, { dateStyle: "medium" }),
        number: (value) => figure(value, DECIMALS),
      },
    };
  }, [agents, dispositions, figure, locale, me, timeZone, today]);
}
