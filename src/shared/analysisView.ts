import * as z from 'zod';

/** Bounds keep a message from ever being a burden; answers and previews are far below them. */
const line = z.string().max(2_000);
const text = z.string().max(400_000);

const message = z.object({ role: z.enum(['system', 'user']), content: text });

const link = z.object({ title: line, url: z.url({ protocol: /^https$/ }) });

const fix = z.object({
  /** Relative to the workspace. */
  path: line,
  /** It is applied only after its diff was shown. */
  state: z.enum(['offered', 'shown', 'applied', 'refused']),
  /** Why it cannot be applied. */
  note: line.optional(),
});

const turn = z.object({
  id: z.number().int().nonnegative(),
  /** What was asked, in short. */
  question: text,
  /** Markdown, as far as it came. */
  text,
  state: z.enum(['running', 'done', 'cutOff', 'cancelled', 'failed']),
  /** No model answered: an old answer, or local guidance. */
  degraded: z.boolean(),
  /** Failovers and waits, oldest first. */
  progress: z.array(line).max(100),
  /** Key, model, tokens and time, ready to be shown. */
  facts: z.array(line).max(10),
  warning: line.optional(),
  error: line.optional(),
  routeId: line.optional(),
  fixes: z.array(fix).max(50),
});

const preview = z.object({
  headline: line,
  /** Word for word what goes out. */
  text,
  notice: z.object({ text: line, links: z.array(link).max(20) }).optional(),
  /** In an untrusted workspace, and where only the notice is new, it is shown each time. */
  canRemember: z.boolean(),
});

/** All that the analysis panel shows. Holds no secret: secrets are masked before they come here. */
export const analysisView = z.object({
  version: z.literal(1),
  title: line,
  /** `src/cart.ts:12`, where there is such a place. */
  place: line.optional(),
  phase: z.enum(['gathering', 'preview', 'talk', 'nothing']),
  preview: preview.optional(),
  /** The first question as it is sent: follow-ups go on from it, after a restart too. */
  first: z.array(message).max(10),
  turns: z.array(turn).max(200),
  /** With no key at all the way out is to add one. */
  hasKeys: z.boolean(),
  /** What would be sent was shown and sent, or the user wants it sent unseen. */
  agreed: z.boolean(),
});

export type AnalysisView = z.infer<typeof analysisView>;
export type AnalysisTurn = z.infer<typeof turn>;
export type AnalysisFix = z.infer<typeof fix>;
export type AnalysisPreview = z.infer<typeof preview>;
