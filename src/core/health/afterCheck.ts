import type { CheckResult } from '../providers/chatCall.ts';
import { isRefusal, type Failure } from '../providers/failure.ts';
import type { Health } from './health.ts';
import { afterGoodLook, afterNoCheck, afterRefusal } from './healthRules.ts';

/** What a zero-token check that nobody asked for says about the key. */
export function afterCheck(health: Health, result: CheckResult, nowMs: number): Health {
  if (result.kind === 'ok') return afterGoodLook(health, nowMs);
  if (isRefusal(result.failure)) return afterRefusal(health, nowMs);
  return knowsNoCheck(result.failure) ? afterNoCheck(health) : health;
}

/** Something answers there, but it knows no such check (many servers have no list of models). */
export const knowsNoCheck = ({ kind, status }: Failure): boolean =>
  kind === 'modelGone' || kind === 'badRequest' || (kind === 'badReply' && (status === 200 || status === 404));
