import { isRefusal, type Failure, type FailureKind } from '../providers/failure.ts';

/** What the request does next with the key and model that just failed. */
export type Verdict =
  /** The same key and model once more, after a backoff (`retry` counts from 0). */
  | { readonly next: 'again'; readonly backoff: boolean }
  /** Again, with room for the answer that the reasoning ate. */
  | { readonly next: 'largerCap' }
  /** The same key, its next model. */
  | { readonly next: 'nextModel' }
  | { readonly next: 'nextKey'; readonly pass: 'pair' | 'key' | 'provider' | 'none' }
  /** The same pair once more, but only when nothing else is eligible. */
  | { readonly next: 'nextKey'; readonly pass: 'pair'; readonly secondChance: true }
  | { readonly next: 'stop' };

/** How often the same key and model may be asked again after each kind (spec section 4). */
const retries: Partial<Record<FailureKind, number>> = { overloaded: 2, network: 1, cutOff: 1 };

/**
 * The failure table's last column. `times` counts how often this pair failed so in this request, this
 * failure included; `oneTry` is true where an outage, a trial or being offline allows one attempt each.
 */
export function verdictOf(failure: Failure, times: number, oneTry: boolean): Verdict {
  switch (failure.kind) {
    case 'overloaded':
    case 'network':
    case 'cutOff': {
      const again = !oneTry && times <= (retries[failure.kind] ?? 0);
      if (again) return { next: 'again', backoff: failure.kind === 'overloaded' };
      return { next: 'nextKey', pass: failure.kind === 'network' ? 'key' : 'pair' };
    }
    case 'timeout':
      return perhapsOnceMore(times, oneTry);
    case 'modelGone':
      return { next: 'nextModel' };
    case 'noContent':
      if (failure.reason === 'filter') return { next: 'nextKey', pass: 'provider' };
      if (failure.reason === 'empty') return perhapsOnceMore(times, oneTry);
      return times === 1 ? { next: 'largerCap' } : { next: 'nextKey', pass: 'pair' };
    case 'badRequest':
      return { next: 'nextKey', pass: 'provider' };
    case 'badReply':
    case 'tooLarge':
      return { next: 'nextKey', pass: 'pair' };
    case 'authInvalid':
    case 'authBlocked':
    case 'noCredit':
      return { next: 'nextKey', pass: 'key' };
    case 'networkBlocked':
    case 'quotaDay':
    case 'rateMinute':
      // The ledger's block keeps it out until the moment named, also for other windows.
      return { next: 'nextKey', pass: 'none' };
    case 'cancelled':
      return { next: 'stop' };
    default:
      return failure satisfies never;
  }
}

const perhapsOnceMore = (times: number, oneTry: boolean): Verdict =>
  oneTry || times > 1 ? { next: 'nextKey', pass: 'pair' } : { next: 'nextKey', pass: 'pair', secondChance: true };

const blamed: ReadonlySet<FailureKind> = new Set(['overloaded', 'timeout', 'network', 'badReply', 'cutOff']);
const outages: ReadonlySet<FailureKind> = new Set(['overloaded', 'timeout', 'network']);

/** Costs the key 15 points, once a request. */
export const isBlamed = ({ kind }: Failure): boolean => blamed.has(kind);
/** How the key fares is known by it. Of the network only once it is known that the machine is not offline. */
export const tellsHealth = (failure: Failure): boolean =>
  isRefusal(failure) || (isBlamed(failure) && failure.kind !== 'network');
/** Two keys of one provider that fail so put the rest of it behind. */
export const isOutage = ({ kind }: Failure): boolean => outages.has(kind);
