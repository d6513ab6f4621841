"use client";

import { queryOptions, useMutation } from "@tanstack/react-query";
import type { z } from "zod";
import { api } from "@/lib/client/api";
import { createPlan, planRows, readPlan, type planRowStatuses } from "../plans.schemas";

const TIMEOUT_MS = 120_000;
/** Live events tell of a plan under way; this covers what they cannot. */
const LOOK_MS = 1_500;

export type NewPlan = z.input<NonNullable<typeof createPlan.body>>;
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

/** The first rows of a plan that stand so. */
export const planRowsQuery = (planId: string, status: RowStatus, limit: number) =>
  queryOptions({
    queryKey: ["plan", "rows", planId, status, limit],
    queryFn: async ({ signal }) => (await api(planRows, { params: { planId }, query: { status, limit }, signal })).rows,
  });
