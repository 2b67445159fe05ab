import * as z from 'zod';

import { chartChoice, dashboardView, keyActions, routeTrace, type RouteTraceView } from './dashboardView.ts';
import { dashboardStrings } from './dashboardStrings.ts';

const requestId = z.number().int().nonnegative();
const name = z.string().min(1).max(200);

/** What the dashboard asks of its host. None carries a secret, a destination or a setting. */
const action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('addKey') }),
  z.object({ do: z.literal('importEnv') }),
  z.object({ do: z.literal('refresh') }),
  z.object({ do: z.literal('exportReport') }),
  z.object({ do: z.literal('openSettings') }),
  z.object({ do: z.literal('key'), key: name, action: z.enum(keyActions) }),
  z.object({ do: z.literal('alert'), alert: name, part: z.enum(['runbook', 'action']) }),
  z.object({ do: z.literal('chart'), choice: chartChoice }),
  z.object({ do: z.literal('copyUsage') }),
  /** Its reply carries the trace. */
  z.object({ do: z.literal('route'), route: name }),
]);

export type DashboardAction = z.infer<typeof action>;

export const fromDashboard = z.discriminatedUnion('type', [
  /** Its script runs, or it is on the screen again: it wants everything anew. */
  z.object({ type: z.literal('ready'), choice: chartChoice.optional() }),
  /** Each is answered by a `reply` with its id. */
  z.object({ type: z.literal('request'), id: requestId, action }),
]);

/** What a reply says; `problem` in words for the user. */
export type Answer = { readonly problem?: string | undefined; readonly trace?: RouteTraceView | undefined };

/** Whole sections that changed; of the keys, the changed ones. Which keys there are, the cards say. */
const changes = dashboardView.partial();

export const toDashboard = z.discriminatedUnion('type', [
  z.object({ type: z.literal('init'), strings: dashboardStrings, language: z.string().max(40), view: dashboardView }),
  z.object({ type: z.literal('update'), changes }),
  z.object({
    type: z.literal('reply'),
    id: requestId,
    problem: z.string().max(2_000).optional(),
    trace: routeTrace.optional(),
  }),
]);

export type ToDashboard = z.infer<typeof toDashboard>;
export type DashboardChanges = z.infer<typeof changes>;
