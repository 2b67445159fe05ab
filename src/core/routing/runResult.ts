import type { KeyStatus } from '../quota/keyStatus.ts';
import { wholePercent } from '../report/amounts.ts';
import type { AttemptDone } from './attemptRun.ts';
import type { Candidate } from './candidate.ts';
import type { ChatAnswer } from './chat.ts';
import { isWarned } from './milestones.ts';
import type { PassedBy } from './rank.ts';
import type { RouterPorts } from './routerPorts.ts';
import { nameOf } from './routeWords.ts';

export type RunAnswer = Omit<ChatAnswer, 'route' | 'timeTakenMs' | 'quotaWarning'>;

export type RunResult =
  | {
      readonly kind: 'answered';
      readonly answer: RunAnswer;
      readonly quotaWarning: string | undefined;
      readonly candidate: Candidate;
      /** False where the cap, a content filter or a broken stream cut it. */
      readonly isWhole: boolean;
    }
  /** `deadlinePassed`: somebody could still have been asked. */
  | { readonly kind: 'nothingLeft'; readonly passedBy: readonly PassedBy[]; readonly deadlinePassed: boolean };

export type Answered = RunResult & { readonly kind: 'answered' };

const nothingUsed = { prompt: 0, completion: 0, total: 0, estimated: true } as const;

/** What one attempt passed on is the answer: whole, or the text so far where it broke. */
export function answerOf(
  ports: RouterPorts,
  candidate: Candidate,
  { result, text, toolCalls, tokens }: AttemptDone,
  status: KeyStatus | undefined,
): Answered {
  const { provider, model, ref } = candidate;
  const answer = {
    content: text,
    toolCalls,
    provider: provider.id,
    model: `${provider.id}/${model.id}`,
    key: ref,
    tokensUsed: tokens ?? nothingUsed,
    cached: false,
    degraded: false,
    cutOff: !result.ok,
  };
  const isWhole = result.ok && result.finishReason !== 'length' && result.finishReason !== 'filter';
  return { kind: 'answered', answer, quotaWarning: warningOf(ports, candidate, status), candidate, isWhole };
}

function warningOf({ l10n, config }: RouterPorts, candidate: Candidate, status?: KeyStatus): string | undefined {
  if (status?.headline === undefined || !isWarned(status, config().warnAtPercent)) return undefined;
  return l10n.t('{0}: {1}% quota used', nameOf(l10n, candidate), wholePercent(status.headline.percentage));
}
