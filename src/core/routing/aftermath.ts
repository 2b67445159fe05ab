import { afterProviderBlame, restored } from '../health/demotion.ts';
import { afterBlame, withError, type HealthError } from '../health/healthRules.ts';
import { isFromLater } from '../lasting.ts';
import { isRefusal, type Failure } from '../providers/failure.ts';
import type { RateReadings } from '../providers/rateReading.ts';
import type { KeyStatus } from '../quota/keyStatus.ts';
import { mostAfterRefusal } from '../quota/concurrency.ts';
import type { Block } from '../quota/ledger.ts';
import { modelOutOf } from '../quota/modelsOut.ts';
import type { AttemptDone, Sent } from './attemptRun.ts';
import { networkBlockMs, blockOf, modelOutMs, scopeOf } from './blockOf.ts';
import type { Candidate, Lane } from './candidate.ts';
import { asItStands } from './currentLanes.ts';
import { Milestones } from './milestones.ts';
import { noteReadings } from './readings.ts';
import type { RouterPorts } from './routerPorts.ts';

/** Whom a route's failures are put down to. */
export type Blame = {
  /** Fingerprints, with what happened last. */
  readonly keys: ReadonlyMap<string, HealthError>;
  /** Providers whose keys these are and that did not answer after all; true: this was the request that tried one out. */
  readonly providers: ReadonlyMap<string, boolean>;
};

/** Writes what an attempt taught into the ledger, and tells the alerts. One for the window. */
export class Aftermath {
  readonly #ports: RouterPorts;
  readonly #milestones: Milestones;
  /** Rate limits in a row, by account and model: where no wait is named, it doubles. */
  readonly #refused = new Map<string, { readonly times: number; readonly atMs: number }>();

  constructor(ports: RouterPorts, lanes: () => readonly Lane[]) {
    this.#ports = ports;
    this.#milestones = new Milestones(ports, lanes);
  }

  /** `wasBehind`: its provider stood behind, or its key in quarantine. Answers the key's status where a limit of it is under strain. */
  async succeeded(asked: Candidate, readings: RateReadings, wasBehind: boolean): Promise<KeyStatus | undefined> {
    const candidate = this.#asItStands(asked);
    const { id } = candidate.provider;
    if (wasBehind || this.#ports.ledger.demotion(id)?.state === 'behind') {
      await this.#ports.ledger.changeDemotion(id, () => restored);
    }
    if (this.#refused.size > 0) this.#refused.delete(rowOf(candidate));
    if (readings.readings.length > 0) await noteReadings(this.#ports, candidate, readings.readings);
    const { emit, clock } = this.#ports;
    emit({ kind: 'answered', atMs: clock.now(), key: candidate.ref, fingerprint: candidate.key.fingerprint });
    return this.#tell(candidate);
  }

  /** What a failure keeps from being asked, and until when. */
  blockFor(candidate: Candidate, failure: Failure, { startedAtMs, underWay, shown }: Sent): Block | undefined {
    // The number that it taught keeps others from it; a wait is for who was under it, and was refused for others' requests.
    const refused = failure.kind === 'rateMinute' ? failure.concurrency : undefined;
    if (refused !== undefined && underWay > mostAfterRefusal(underWay, refused)) return undefined;
    // The bucket's level says when: a smaller request may fit before a larger one.
    const scope = failure.kind === 'quotaDay' ? scopeOf(failure.scope, candidate.model.id) : undefined;
    if (failure.kind === 'quotaDay' && shown.some((each) => each.limit === failure.limit && each.scope === scope)) {
      return undefined;
    }
    const before = this.#refusalsBefore(candidate, startedAtMs);
    return blockOf(failure, candidate.provider, candidate.model.id, this.#ports.clock.now(), before);
  }

  async failed(
    asked: Candidate,
    failure: Failure,
    { result, sentence, block, startedAtMs }: Pick<AttemptDone, 'result' | 'sentence' | 'block' | 'startedAtMs'>,
  ): Promise<KeyStatus | undefined> {
    const { ledger, clock, emit, noteAccount } = this.#ports;
    const nowMs = clock.now();
    const { readings, account } = result.readings;
    // First, since what else the reply says is then of the pool that the key may have joined by that.
    if (account !== undefined) await noteAccount(asked.key, account);
    const candidate = this.#asItStands(asked);
    if (readings.length > 0) await noteReadings(this.#ports, candidate, readings, failure);
    if (block !== undefined) await ledger.block(candidate.account, block);
    if (failure.kind === 'rateMinute' && block !== undefined) this.#countRefusal(candidate, startedAtMs);
    const about = { atMs: nowMs, key: candidate.ref, fingerprint: candidate.key.fingerprint };
    if (isRefusal(failure)) emit({ kind: 'refused', ...about, sentence });
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
    return this.#tell(candidate);
  }

  /** −15 for each key, once a request however often it was retried (spec section 4). */
  async blame({ keys, providers }: Blame): Promise<void> {
    const { ledger, clock } = this.#ports;
    const nowMs = clock.now();
    for (const [fingerprint, error] of keys) {
      await ledger.changeHealth(fingerprint, (health) => {
        // Until the route had ended this may have been the machine's own network.
        const noted = error.kind === 'network' ? withError(health, error) : health;
        return afterBlame(noted, nowMs);
      });
    }
    for (const [provider, wasTry] of providers) {
      await ledger.changeDemotion(provider, (demotion) => afterProviderBlame(demotion, wasTry, nowMs));
    }
  }

  #asItStands(candidate: Candidate): Candidate {
    return asItStands(candidate, this.#ports.keys.all());
  }

  #countRefusal(candidate: Candidate, startedAtMs: number): void {
    const times = this.#refusalsBefore(candidate, startedAtMs) + 1;
    this.#refused.set(rowOf(candidate), { times, atMs: this.#ports.clock.now() });
  }

  /** Requests that were under way when the last one was refused are refused with it: they are one refusal. */
  #refusalsBefore(candidate: Candidate, startedAtMs: number): number {
    const last = this.#refused.get(rowOf(candidate));
    if (last === undefined) return 0;
    // Where it seems long before that one, the clock was set back.
    const isTogether = startedAtMs < last.atMs && !isFromLater(last.atMs, startedAtMs);
    return isTogether ? last.times - 1 : last.times;
  }

  async #modelGone(
    { provider, account, model }: Candidate,
    goneFor: 'provider' | 'account',
    nowMs: number,
  ): Promise<void> {
    const { ledger, emit, log, l10n } = this.#ports;
    const subject = goneFor === 'provider' ? (`provider:${provider.id}` as const) : account;
    const replacement = provider.models.find(
      ({ id }) => id !== model.id && modelOutOf(ledger, provider, account, id, nowMs) === undefined,
    )?.id;
    const untilMs = nowMs + modelOutMs;
    await ledger.takeModelOut(subject, {
      model: model.id,
      baseUrl: provider.baseUrl,
      setAtMs: nowMs,
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

  #tell(candidate: Candidate): KeyStatus | undefined {
    const status = this.#milestones.look(candidate);
    if (status !== undefined) this.#milestones.tell(candidate, status);
    return status;
  }
}

const rowOf = ({ account, model }: Candidate): string => `${account} ${model.id}`;
