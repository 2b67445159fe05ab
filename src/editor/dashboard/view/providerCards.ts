import { countdown } from '../../../core/guidance/countdown.ts';
import { displayNameOf, keyName } from '../../../core/keys/keyName.ts';
import { keyRef, type KeyRef } from '../../../core/keys/keyRef.ts';
import type { Provider } from '../../../core/providers/provider.ts';
import type { KeyStatus } from '../../../core/quota/keyStatus.ts';
import type { ProviderHealthStatus } from '../../../core/quota/tracker.ts';
import type { KeyGroup, KeyRow, ProviderCard } from '../../../shared/dashboardView.ts';
import { keyActions, type KeyPosition } from '../../keyActions.ts';
import { freesWords, isLong, stateWord, untilWords } from '../../keyWords.ts';
import { plainText } from '../../plainText.ts';
import { quotaBar, usedWords } from './quotaBar.ts';
import type { Scene } from './scene.ts';

/** Beyond this nothing is laid out any more; the tree has the rest. */
const mostKeys = 5_000;
const maxLabel = 40;

export type CardsAsk = {
  readonly statuses: readonly KeyStatus[];
  readonly providers: readonly Provider[];
  readonly health: Readonly<Record<string, ProviderHealthStatus>>;
};

export type Cards = { readonly providers: readonly ProviderCard[]; readonly keys: Readonly<Record<string, KeyRow>> };

const refOf = ({ key }: KeyStatus): KeyRef => keyRef(key.provider, key.number);

/** A card a provider that has keys, in the order in which they are asked. */
export function providerCards(ask: CardsAsk, scene: Scene): Cards {
  const { providers } = ask;
  const order = new Map(providers.map(({ id }, index) => [id, index]));
  const place = (id: string): number => order.get(id) ?? order.size;
  const groups = [...Map.groupBy(ask.statuses.slice(0, mostKeys), ({ key }) => key.provider)];
  const sorted = groups.toSorted(([a], [b]) => place(a) - place(b));
  const keys: Record<string, KeyRow> = {};
  const cards = sorted.map(([id, statuses]) => {
    const provider = providers.find((one) => one.id === id);
    const reset = commonReset(statuses, scene);
    for (const [index, status] of statuses.entries()) {
      const ends = { first: index === 0, last: index === statuses.length - 1 };
      keys[refOf(status)] = keyRow(status, { id, provider, name: displayNameOf(providers, id) }, ends, reset, scene);
    }
    return card(id, provider, statuses, ask, reset, scene);
  });
  return { providers: cards, keys };
}

function card(
  id: string,
  provider: Provider | undefined,
  statuses: readonly KeyStatus[],
  { providers, health }: CardsAsk,
  reset: Reset | undefined,
  scene: Scene,
): ProviderCard {
  const { l10n } = scene;
  const count = statuses.length;
  const active = health[id]?.active ?? 0;
  const keys = count === 1 ? l10n.t('1 key') : l10n.t('{0} keys', count);
  return {
    id,
    name: plainText(displayNameOf(providers, id)),
    health: healthView(health[id], provider !== undefined, l10n),
    keys: active === count ? keys : l10n.t('{0}, {1} active', keys, active),
    ...(reset === undefined ? {} : { reset: reset.words }),
    groups: groupsOf(statuses, provider, scene),
  };
}

function healthView(
  health: ProviderHealthStatus | undefined,
  known: boolean,
  l10n: Scene['l10n'],
): ProviderCard['health'] {
  if (!known) return { words: l10n.t('not a provider of this version: its keys are kept and not used'), level: 'none' };
  const score = Math.round(health?.healthScore ?? 0);
  const words = l10n.t('Health {0}%', score);
  // With every key switched off there is nothing to be healthy or sick.
  if ((health?.active ?? 0) === 0) return { words, level: (health?.quarantined ?? 0) > 0 ? 'bad' : 'none' };
  return { words, level: score >= 70 ? 'good' : score >= 30 ? 'poor' : 'bad' };
}

/** Keys in their order; those of one pool together, where the first of them stands. */
function groupsOf(statuses: readonly KeyStatus[], provider: Provider | undefined, scene: Scene): KeyGroup[] {
  const pools = Map.groupBy(statuses, ({ key }) => key.pool);
  const seen = new Set<string>();
  const groups: { pool?: NonNullable<KeyGroup['pool']>; keys: KeyRef[] }[] = [];
  for (const status of statuses) {
    const { pool } = status.key;
    if (pool === undefined) {
      const last = groups.at(-1);
      if (last !== undefined && last.pool === undefined) last.keys.push(refOf(status));
      else groups.push({ keys: [refOf(status)] });
    } else if (!seen.has(pool)) {
      seen.add(pool);
      const members = pools.get(pool) ?? [];
      groups.push({ pool: poolView(pool, members, provider, scene), keys: members.map(refOf) });
    }
  }
  return groups;
}

/** All members count the same use: the tightest limit of the pool speaks, where none is known one of a key alone. */
function poolView(
  pool: string,
  members: readonly KeyStatus[],
  provider: Provider | undefined,
  scene: Pick<Scene, 'l10n' | 'nowMs'>,
): NonNullable<KeyGroup['pool']> {
  const { l10n } = scene;
  const [tightest] = members
    .map(withPoolHeadline)
    .toSorted((a, b) => isOfPool(b) - isOfPool(a) || (b.headline?.percentage ?? -1) - (a.headline?.percentage ?? -1));
  const unit = provider?.dailyUnit ?? 'tokens';
  const bar = tightest === undefined ? undefined : quotaBar(scene, tightest, provider?.dailyUnit);
  return {
    name: l10n.t('Pool {0}', plainText(pool, maxLabel)),
    note:
      members.length === 1
        ? l10n.t('1 key draws on this account’s quota')
        : l10n.t('{0} keys share one account’s quota', members.length),
    ...(bar === undefined ? { used: usedWords(l10n, tightest?.usedToday ?? 0, unit) } : { bar }),
  };
}

const isOfPool = ({ headline }: KeyStatus): number => Number(headline !== undefined && headline.ofKeyAlone !== true);

function withPoolHeadline(status: KeyStatus): KeyStatus {
  if (status.headline?.ofKeyAlone !== true) return status;
  const { limit, scope } = status.headline;
  const ofPool = status.limits.find((each) => each.ofKeyAlone !== true && each.limit === limit && each.scope === scope);
  return ofPool === undefined ? status : { ...status, headline: ofPool };
}

function keyRow(
  status: KeyStatus,
  { provider, name }: { readonly id: string; readonly provider: Provider | undefined; readonly name: string },
  ends: KeyPosition,
  reset: Reset | undefined,
  { l10n, nowMs }: Scene,
): KeyRow {
  const { key, state } = status;
  const needsKey = provider?.needsKey ?? true;
  const fullName = needsKey ? keyName(l10n, plainText(name), key.number) : plainText(name);
  const bar = key.pool === undefined ? quotaBar({ l10n, nowMs }, status, provider?.dailyUnit) : undefined;
  const until = untilOf(status, reset, { l10n, nowMs });
  return {
    name: needsKey ? l10n.t('Key {0}', key.number) : plainText(name),
    fullName,
    label: plainText(key.label, maxLabel),
    priority: l10n.t('Priority {0}', key.priority),
    state,
    // Much used is no fault: the key answers as any other.
    ...(state === 'warning'
      ? { stateWord: stateWord(l10n, 'ok'), low: stateWord(l10n, state) }
      : { stateWord: stateWord(l10n, state) }),
    actions: [...keyActions(status, ends)],
    ...(until === undefined ? {} : { until }),
    ...(bar === undefined ? {} : { bar }),
    ...(bar === undefined && key.pool === undefined
      ? { used: usedWords(l10n, status.usedToday, provider?.dailyUnit ?? 'tokens') }
      : {}),
  };
}

type Reset = { readonly atMs: number; readonly words: string };

/** "Resets in 4h 23m", said once where it is the same moment for all keys that have one. */
function commonReset(statuses: readonly KeyStatus[], { l10n, nowMs }: Scene): Reset | undefined {
  const moments = new Set(statuses.flatMap((status) => dayOrMonthReset(status) ?? []));
  const [atMs, more] = moments;
  if (atMs === undefined || more !== undefined || atMs <= nowMs) return undefined;
  return { atMs, words: l10n.t('Resets in {0}', countdown(l10n, atMs - nowMs)) };
}

/** What turns within the minute is no reset that anybody waits for, and a bucket has none. */
function dayOrMonthReset({ headline }: KeyStatus): number | undefined {
  return headline?.form === 'calendar' && isLong(headline.limit) ? headline.resetAtMs : undefined;
}

function untilOf(
  status: KeyStatus,
  reset: Reset | undefined,
  { l10n, nowMs }: Pick<Scene, 'l10n' | 'nowMs'>,
): string | undefined {
  const until = untilWords(l10n, status, nowMs);
  if (until !== undefined) return status.untilMs === reset?.atMs ? undefined : until;
  const { headline } = status;
  if (headline?.form === 'bucket' && headline.used > 0) return freesWords(l10n, headline);
  const own = dayOrMonthReset(status);
  if (reset !== undefined || own === undefined || own <= nowMs) return undefined;
  return l10n.t('resets in {0}', countdown(l10n, own - nowMs));
}
