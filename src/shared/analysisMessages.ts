import * as z from 'zod';

import { analysisView } from './analysisView.ts';
import { analysisStrings } from './analysisStrings.ts';

const turnId = z.number().int().nonnegative();
const fixIndex = z.number().int().nonnegative().max(1_000);

/** What the panel asks of its host. None carries a secret, a destination or a setting. */
const action = z.discriminatedUnion('do', [
  z.object({ do: z.literal('send'), remember: z.boolean() }),
  z.object({ do: z.literal('close') }),
  z.object({ do: z.literal('stop') }),
  z.object({ do: z.literal('askAgain') }),
  z.object({ do: z.literal('followUp'), text: z.string().trim().min(1).max(20_000) }),
  z.object({ do: z.literal('explainRoute'), turn: turnId }),
  z.object({ do: z.literal('copyAnswer'), turn: turnId }),
  z.object({ do: z.literal('copyCode'), text: z.string().max(400_000) }),
  z.object({ do: z.literal('openLink'), href: z.string().max(4_000) }),
  z.object({ do: z.literal('showFix'), turn: turnId, fix: fixIndex }),
  z.object({ do: z.literal('applyFix'), turn: turnId, fix: fixIndex }),
  z.object({ do: z.literal('addKey') }),
  z.object({ do: z.literal('importEnv') }),
]);

export type AnalysisAction = z.infer<typeof action>;

export const fromAnalysisPanel = z.discriminatedUnion('type', [
  /** Its script runs, or it is on the screen again: it wants everything anew. */
  z.object({ type: z.literal('ready') }),
  /** Each is answered by a `reply` with its id. */
  z.object({ type: z.literal('request'), id: z.number().int().nonnegative(), action }),
]);

export type FromAnalysisPanel = z.infer<typeof fromAnalysisPanel>;

export const toAnalysisPanel = z.discriminatedUnion('type', [
  z.object({ type: z.literal('init'), strings: analysisStrings, language: z.string().max(40), view: analysisView }),
  z.object({ type: z.literal('view'), view: analysisView }),
  /** More of a turn's answer. `at` is how much came before, so that a gap is noticed. */
  z.object({
    type: z.literal('text'),
    turn: turnId,
    at: z.number().int().nonnegative(),
    text: z.string().max(400_000),
  }),
  z.object({ type: z.literal('progress'), turn: turnId, text: z.string().max(2_000) }),
  z.object({ type: z.literal('reply'), id: z.number().int().nonnegative(), problem: z.string().max(2_000).optional() }),
]);

export type ToAnalysisPanel = z.infer<typeof toAnalysisPanel>;
