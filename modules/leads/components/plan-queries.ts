"use client";

import { infiniteQueryOptions, queryOptions, useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { api } from "@/lib/client/api";
import { createPlan, planRows, planShares, readPlan, type planRowStatuses } from "../plans.schemas";

const TIMEOUT_MS = 120_000;
/** Live events tell of a plan under way; this covers what they cannot. */
const LOOK_MS = 1_500;

export type NewPlan = z.input<NonNullable<typeof createPlan.body>>;
/** Rows that are read at once. */
const ROWS = 50;

type RowStatus = (typeof planRowStatuses)[number];

/** Freezes and previews a plan. */
export const useMakePlan = () =>
  useMutation({
    mutationFn: async (body: NewPlan) => (await api(createPlan, { body, timeoutMs: TIMEOUT_MS })).plan,
  });

export const planQuery = (planId: string) =>
  queryOptions({
    queryKey: ["plan", "one", planId],
    queryFn: ({ signal }) => api(readPlan, { params: { planId }, signal }),
    refetchInterval: ({ state: { data } }) =>
      data === undefined || data.state === "preparing" || data.state === "applying" ? LOOK_MS : false,
  });

/** The rows of a plan that stand so, in its order. */
export const planRowsQuery = (planId: string, status: RowStatus) =>
  infiniteQueryOptions({
    queryKey: ["plan", "rows", planId, status],
    queryFn: ({ pageParam, signal }) =>
      api(planRows, { params: { planId }, query: { status, limit: ROWS, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** How many leads an assignment gives to whom. */
export const planSharesQuery = (planId: string, state: string) =>
  queryOptions({
    queryKey: ["plan", "shares", planId, state],
    queryFn: async ({ signal }) => (await api(planShares, { params: { planId }, signal })).shares,
  });
