import { lasts, type Lasting } from '../lasting.ts';
import { accountOf, type ApiKey } from '../keys/apiKey.ts';
import { keyRef } from '../keys/keyRef.ts';
import { rearmPoints } from '../quota/bucket.ts';
import type { KeyStatus, LongLimitStatus } from '../quota/keyStatus.ts';
import type { Scope } from '../quota/ledger.ts';
import { isLong } from '../quota/limits.ts';
import { quotaDay } from '../quota/quotaDay.ts';
import type { Candidate, Lane } from './candidate.ts';
import type { RouterPorts } from './routerPorts.ts';

/** How often it is said that a bucket is still full, while requests come. */
const heldEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** A clock that is set back changes when a day ends, and no length. */
type Until = { readonly endMs: number } | { readonly lengthMs: number };

/** `forgottenAtMs`: on the monotonic clock. */
type Said = Lasting & { readonly forgottenAtMs: number };

/**
 * Says that a day or month of a key passed a threshold, or that it is used up: once per secret and quota day in this window. Over all
 * windows the alerts' outbox keeps it to once. No mark is set before that: a window that died in between would
 * leave a mark and no message.
 */
export class Milestones {
  readonly #ports: RouterPorts;
  readonly #lanes: () => readonly Lane[];
  /** What this window has said, until when it need not say it again. */
  readonly #said = new Map<string, Said>();

  constructor(ports: RouterPorts, lanes: () => readonly Lane[]) {
    this.#ports = ports;
    this.#lanes = lanes;
  }

  /** After a settle. Answers the key's status where a limit of it is under strain; most often none is. */
  look({ key, provider }: Candidate): KeyStatus | undefined {
    const { tracker, clock, config } = this.#ports;
    const [first = 100] = config().warnAtPercent;
    const nowMs = clock.now();
    const fromPercent = provider.limitForm === 'bucket' ? first - rearmPoints : first;
    return tracker.isStrained(key, provider, fromPercent, nowMs) ? tracker.keyStatus(key, provider, nowMs) : undefined;
  }

  tell(candidate: Candidate, status: KeyStatus): void {
    for (const limit of status.limits) if (isLong(limit)) this.#watch(candidate, limit);
    if (status.state === 'exhausted') this.#tellExhausted(candidate, status);
  }

  #watch(candidate: Candidate, status: LongLimitStatus): void {
    const { key, ref, provider } = candidate;
    const { clock, config, emit } = this.#ports;
    const { limit, scope, ofKeyAlone, used, value } = status;
    const { warnAtPercent } = config();
    const share = (used / value) * 100;
    const nowMs = clock.now();
    const about = { atMs: nowMs, key: ref, fingerprint: key.fingerprint };
    const name = `${limit} ${scope} ${ofKeyAlone ?? false} ${key.fingerprint}`;
    const isBucket = status.form === 'bucket';
    if (isBucket && warnAtPercent.some((percent) => share > percent - rearmPoints)) {
      if (this.#isFirst(`held ${name}`, { lengthMs: heldEveryMs }, nowMs))
        emit({ kind: 'bucketHeld', ...about, status });
    }
    // Passing is strictly greater, and unrounded: 75.04 % has passed 75 %.
    const thresholdPercent = warnAtPercent.findLast((percent) => share > percent);
    if (thresholdPercent === undefined || !this.#speaks(candidate, scope, nowMs)) return;
    const until = isBucket ? { lengthMs: heldEveryMs } : { endMs: status.resetAtMs };
    if (!this.#isFirst(`passed ${thresholdPercent} ${name}`, until, nowMs)) return;
    const isDaily = limit === `${provider.dailyUnit}PerDay`;
    emit({ kind: 'thresholdPassed', ...about, thresholdPercent, status, isDaily });
  }

  /** A limit of one model is news only where no other model of the key has room. */
  #speaks({ key, provider, model }: Candidate, scope: Scope, nowMs: number): boolean {
    if (scope === '*') return true;
    const left = this.#ports.tracker.modelsLeft(key, provider, nowMs);
    // With none left, the one that was just asked was the last.
    return left.length === 0 ? scope === model.id : left.length === 1 && left[0] === scope;
  }

  #tellExhausted({ key, ref, provider }: Candidate, { untilMs: endMs, headline }: KeyStatus): void {
    const { clock, emit } = this.#ports;
    const nowMs = clock.now();
    const untilMs = endMs ?? headline?.resetAtMs ?? nowMs;
    // A bucket frees a little all the time, and is used up again as soon: that is no news.
    const isBucket = headline?.form === 'bucket';
    const endOfDayMs = quotaDay(nowMs, provider.resetTimeZone).endMs;
    const until = isBucket ? { lengthMs: dayMs } : { endMs: Math.min(untilMs, endOfDayMs) };
    if (!this.#isFirst(`exhausted ${key.fingerprint}`, until, nowMs)) return;
    const next = this.#nextAfter(key);
    const about = { atMs: nowMs, key: ref, fingerprint: key.fingerprint, untilMs };
    emit({ kind: 'exhausted', ...about, ...(next === undefined ? {} : { next }) });
  }

  #isFirst(name: string, until: Until, nowMs: number): boolean {
    const said = this.#said.get(name);
    const monotonicMs = this.#ports.clock.monotonic();
    if (said !== undefined && lasts(said, nowMs) && monotonicMs < said.forgottenAtMs) return false;
    const next =
      'lengthMs' in until
        ? { untilMs: nowMs + until.lengthMs, forgottenAtMs: monotonicMs + until.lengthMs }
        : { untilMs: until.endMs, forgottenAtMs: Number.POSITIVE_INFINITY };
    this.#said.set(name, { setAtMs: nowMs, ...next });
    return true;
  }

  #nextAfter(used: ApiKey): Candidate['ref'] | undefined {
    const { tracker, ledger, clock } = this.#ports;
    const nowMs = clock.now();
    for (const { keys, provider } of this.#lanes()) {
      for (const key of keys) {
        if (key.id === used.id) continue;
        // Of a long row of used-up keys most are told without counting.
        const blocks = ledger.blocks(accountOf(key), nowMs);
        if (provider.models.every(({ id }) => blocks.some(({ scope }) => scope === '*' || scope === id))) continue;
        const { state } = tracker.keyStatus(key, provider, nowMs);
        if (state === 'ok' || state === 'warning') return keyRef(provider.id, key.number);
      }
    }
    return undefined;
  }
}

/** Whether the answer itself should carry the warning. */
export const isWarned = ({ headline }: KeyStatus, warnAtPercent: readonly number[]): boolean =>
  headline !== undefined && headline.value > 0 && (headline.used / headline.value) * 100 > (warnAtPercent[0] ?? 100);
