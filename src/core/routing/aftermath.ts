import type { ApiKey } from '../keys/apiKey.ts';
import { afterBlame } from '../health/healthRules.ts';
import type { Failure } from '../providers/failure.ts';
import type { RateReadings } from '../providers/rateReading.ts';
import type { KeyStatus } from '../quota/keyStatus.ts';
import { networkBlockMs, blockOf, modelOutMs } from './blockOf.ts';
import type { Candidate, Lane } from './candidate.ts';
import { noteReadings } from './readings.ts';
import type { RouterPorts } from './routerPorts.ts';

/** Refusals in a row that named no limit, by account, model and provider: the wait doubles. */
type InARow = Map<string, number>;

/** Writes what an attempt taught into the ledger, and tells the alerts. One for the window. */
export class Aftermath {
  readonly #ports: RouterPorts;
  readonly #lanes: () => readonly Lane[];
  readonly #unnamed: InARow = new Map();

  constructor(ports: RouterPorts, lanes: () => readonly Lane[]) {
    this.#ports = ports;
    this.#lanes = lanes;
  }

  async succeeded(candidate: Candidate, before: KeyStatus, readings: RateReadings): Promise<KeyStatus> {
    if (this.#unnamed.size > 0) this.#unnamed.delete(rowOf(candidate));
    if (readings.readings.length > 0) await noteReadings(this.#ports, candidate, readings.readings);
    const { emit, clock } = this.#ports;
    emit({ kind: 'answered', atMs: clock.now(), key: candidate.ref, fingerprint: candidate.key.fingerprint });
    return this.#tell(candidate, before);
  }

  async failed(
    candidate: Candidate,
    before: KeyStatus,
    failure: Failure,
    readings: RateReadings,
    sentence: string,
  ): Promise<KeyStatus> {
    const { ledger, clock, emit, log } = this.#ports;
    const nowMs = clock.now();
    log.warn(sentence);
    if (readings.readings.length > 0) await noteReadings(this.#ports, candidate, readings.readings, failure);
    await this.#block(candidate, failure, nowMs);
    const about = { atMs: nowMs, key: candidate.ref, fingerprint: candidate.key.fingerprint };
    if (failure.kind === 'authInvalid' || failure.kind === 'authBlocked') emit({ kind: 'refused', ...about, sentence });
    if (failure.kind === 'noCredit') emit({ kind: 'noCredit', ...about, sentence });
    if (failure.kind === 'modelGone') await this.#modelGone(candidate, failure.goneFor, nowMs);
    if (failure.kind === 'networkBlocked') {
      const untilMs = nowMs + networkBlockMs;
      await ledger.block(`provider:${candidate.provider.id}`, {
        kind: 'networkBlocked',
        scope: '*',
        limit: 'network',
        untilMs,
      });
    }
    return this.#tell(candidate, before);
  }

  /** −15 for each key, once a request however often it was retried (spec section 4). */
  async blame(keys: ReadonlyMap<string, Failure>): Promise<void> {
    const { ledger, clock } = this.#ports;
    for (const fingerprint of keys.keys()) {
      await ledger.changeHealth(fingerprint, (health) => afterBlame(health, clock.now()));
    }
  }

  async #block(candidate: Candidate, failure: Failure, nowMs: number): Promise<void> {
    const row = rowOf(candidate);
    const inARow = this.#unnamed.get(row) ?? 0;
    const block = blockOf(failure, candidate.provider, candidate.model.id, nowMs, inARow);
    if (block === undefined) return;
    if (failure.kind === 'rateMinute' && failure.waitMs === undefined) this.#unnamed.set(row, inARow + 1);
    await this.#ports.ledger.block(candidate.account, block);
  }

  async #modelGone(
    { provider, account, model }: Candidate,
    goneFor: 'provider' | 'account',
    nowMs: number,
  ): Promise<void> {
    const { ledger, emit, log, l10n } = this.#ports;
    const subject = goneFor === 'provider' ? (`provider:${provider.id}` as const) : account;
    const gone = new Set([
      model.id,
      ...[subject, account].flatMap((of) => ledger.modelsOut(of, nowMs).map((out) => out.model)),
    ]);
    const replacement = provider.models.find(({ id }) => !gone.has(id))?.id;
    const untilMs = nowMs + modelOutMs;
    await ledger.takeModelOut(subject, {
      model: model.id,
      untilMs,
      ...(replacement === undefined ? {} : { replacedBy: replacement }),
    });
    if (!(await ledger.mark(`modelGone ${subject} ${model.id}`, untilMs, nowMs))) return;
    log.info(
      replacement === undefined
        ? l10n.t('{0}: {1} is gone', provider.displayName, model.id)
        : l10n.t('{0}: {1} is gone, {2} takes its place', provider.displayName, model.id, replacement),
    );
    emit({ kind: 'modelReplaced', atMs: nowMs, provider: provider.id, model: model.id, replacement });
  }

  /** Thresholds and exhaustion are judged by what this attempt moved. */
  #tell({ key, ref, provider }: Candidate, before: KeyStatus): KeyStatus {
    const { tracker, emit, clock, config } = this.#ports;
    const after = tracker.keyStatus(key, provider);
    const about = { atMs: clock.now(), key: ref, fingerprint: key.fingerprint };
    const passed = passedThreshold(config().warnAtPercent, before, after);
    if (after.headline !== undefined && passed !== undefined) {
      emit({ kind: 'thresholdPassed', ...about, thresholdPercent: passed, status: after.headline });
    }
    if (after.state === 'exhausted' && before.state !== 'exhausted') {
      const next = this.#nextAfter(key);
      const untilMs = after.untilMs ?? after.headline?.resetAtMs ?? about.atMs;
      emit({ kind: 'exhausted', ...about, untilMs, ...(next === undefined ? {} : { next }) });
    }
    return after;
  }

  #nextAfter(key: ApiKey): Candidate['ref'] | undefined {
    const { tracker } = this.#ports;
    for (const { candidates } of this.#lanes()) {
      for (const candidate of candidates) {
        if (candidate.key.id === key.id || !candidate.key.enabled) continue;
        const { state } = tracker.keyStatus(candidate.key, candidate.provider);
        if (state === 'ok' || state === 'warning') return candidate.ref;
      }
    }
    return undefined;
  }
}

/** The highest threshold that this attempt newly passed; passing is strictly greater (spec section 6). */
function passedThreshold(thresholds: readonly number[], before: KeyStatus, after: KeyStatus): number | undefined {
  const [was, is] = [shareOf(before), shareOf(after)];
  return thresholds.filter((percent) => was <= percent && is > percent).at(-1);
}

/** Unrounded, so that 75.04 % has passed 75 %. */
const shareOf = ({ headline }: KeyStatus): number =>
  headline === undefined || headline.value === 0 ? 0 : (headline.used / headline.value) * 100;

const rowOf = ({ account, model }: Candidate): string => `${account} ${model.id}`;

/** Whether the answer itself should carry the warning. */
export const isWarned = (status: KeyStatus, warnAtPercent: readonly number[]): boolean =>
  shareOf(status) > (warnAtPercent[0] ?? 100);
