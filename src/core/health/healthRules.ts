import { lasts } from '../lasting.ts';
import type { Health } from './health.ts';

const full = 100;
const successGain = 5;
const blameLoss = 15;
/** Where a key that comes back counts on from. */
const comebackScore = 20;

const minuteMs = 60_000;
const firstQuarantineMs = 5 * minuteMs;
const longestQuarantineMs = 60 * minuteMs;
/** After so many quarantines in a row, each a try in vain, the next one is looked at when it is over. */
const manyOutages = 10;

type Quarantine = NonNullable<Health['quarantine']>;

export type HealthError = NonNullable<Health['lastError']>;

/** How long this quarantine lasts from its start: after refusals 5, 10, 20, 40, 60 minutes. */
export function quarantineMs({ cause, times }: Pick<Quarantine, 'cause' | 'times'>): number {
  if (cause === 'outage') return firstQuarantineMs;
  return Math.min(longestQuarantineMs, firstQuarantineMs * 2 ** Math.min(times - 1, 10));
}

export function isQuarantined({ quarantine }: Health, nowMs: number): boolean {
  if (quarantine === undefined) return false;
  const { untilMs } = quarantine;
  return lasts({ setAtMs: untilMs - quarantineMs(quarantine), untilMs }, nowMs);
}

/** Its quarantine is over, but nothing good was heard of it yet: one check, by one window. */
export const isHalfOpen = (health: Health, nowMs: number): boolean =>
  health.quarantine !== undefined && !isQuarantined(health, nowMs);

/**
 * One request may find out whether the key is well again: after outages once a check was good, and
 * where nothing checks it (`isChecked`) once its quarantine is over.
 */
export const mayFindOut = (health: Health, isChecked: boolean, nowMs: number): boolean =>
  health.quarantine?.mayTry === true || (isHalfOpen(health, nowMs) && (!isChecked || health.uncheckable === true));

/**
 * Whether the zero-token check should look at the key now (each minute): an outage until one was good,
 * a refusal and an outage that goes on for long once the quarantine is over.
 */
export function wantsCheck(health: Health, nowMs: number): boolean {
  const { quarantine } = health;
  if (quarantine?.mayTry === true) return false;
  return isHalfOpen(health, nowMs) || (quarantine?.cause === 'outage' && quarantine.times <= manyOutages);
}

/** An answered request. One that was half-open counts on from 20. */
export function afterSuccess(health: Health, nowMs: number): Health {
  const used = { ...health, accepted: true, lastUsedAtMs: nowMs };
  // A request that was under way when another one was refused proves nothing about now.
  if (health.quarantine?.cause === 'refused' && isQuarantined(health, nowMs)) return { ...health, lastUsedAtMs: nowMs };
  if (health.quarantine !== undefined) return comeback(used);
  const { refusals: _forgotten, ...rest } = used;
  return { ...rest, score: Math.min(full, health.score + successGain) };
}

/** A failure that is the key's or its provider's fault; once per key and request. */
export function afterBlame(health: Health, nowMs: number): Health {
  const { quarantine } = health;
  if (isQuarantined(health, nowMs) && quarantine?.mayTry !== true) return health;
  const score = Math.max(0, health.score - blameLoss);
  if (score > 0) return { ...health, score };
  if (quarantine === undefined) return quarantined(health, { cause: 'outage', times: 1 }, nowMs);
  // A try in vain starts the same quarantine again: only refusals make it longer.
  const { cause, times } = quarantine;
  return quarantined(health, { cause, times: cause === 'outage' ? times + 1 : times }, nowMs);
}

/** The provider refused the key (401, 403). */
export function afterRefusal(health: Health, nowMs: number): Health {
  const refused = { ...health, accepted: false };
  const isRefused = health.quarantine?.cause === 'refused';
  if (isRefused && isQuarantined(health, nowMs)) return refused;
  const before = (isRefused ? health.quarantine?.times : health.refusals) ?? 0;
  return quarantined(refused, { cause: 'refused', times: before + 1 }, nowMs);
}

/**
 * A good zero-token check that nobody asked for. An outage it does not end, but lets one request find
 * out; of refusals it remembers how many there were, since chats may go on being refused.
 */
export function afterGoodLook(health: Health, nowMs: number): Health {
  const { quarantine } = health;
  if (quarantine === undefined) return { ...health, accepted: true, checkedAtMs: nowMs };
  if (quarantine.cause === 'refused') return { ...afterGoodCheck(health, nowMs), refusals: quarantine.times };
  return { ...health, accepted: true, checkedAtMs: nowMs, quarantine: { ...quarantine, mayTry: true } };
}

/** A good zero-token check that the user asked for ends any quarantine at once. */
export function afterGoodCheck({ refusals: _forgotten, ...health }: Health, nowMs: number): Health {
  const checked = { ...health, accepted: true, checkedAtMs: nowMs };
  return health.quarantine === undefined ? checked : comeback(checked);
}

/** The check was asked for and there is none: without this the key would never come back. */
export const afterNoCheck = (health: Health): Health =>
  health.quarantine === undefined || health.uncheckable === true ? health : { ...health, uncheckable: true };

/** The key failed; what that costs is another rule's matter. */
export const withError = (health: Health, lastError: HealthError): Health => ({
  ...health,
  lastError,
  lastUsedAtMs: lastError.atMs,
});

function comeback(health: Health): Health {
  const { quarantine: _ended, uncheckable: _checkable, refusals: _forgotten, ...rest } = health;
  return { ...rest, score: Math.max(comebackScore, rest.score) };
}

const quarantined = (health: Health, kind: Pick<Quarantine, 'cause' | 'times'>, nowMs: number): Health => ({
  ...health,
  score: 0,
  quarantine: { cause: kind.cause, times: kind.times, untilMs: nowMs + quarantineMs(kind) },
});
