import type { LimitName } from '../quota/limits.ts';
import type { RequestSizes } from './requestSizes.ts';

type Common = {
  /** What the provider itself said, secrets masked, bounded to 500 characters; '' if nothing. */
  readonly said: string;
  readonly status?: number;
};

type Limited = Common &
  Partial<Omit<RequestSizes, 'limitTokens'>> & {
    /** Where the limit is counted: the key as a whole, or one model of it. */
    readonly scope: 'key' | 'model';
    readonly limit?: LimitName;
    /** How long the provider asked to wait; absent: it named nothing. */
    readonly waitMs?: number;
  };

/** Every way an attempt can fail (spec section 4). Told apart by `kind`, never by text. */
export type Failure =
  | (Common & {
      readonly kind:
        | 'authInvalid'
        | 'authBlocked'
        | 'networkBlocked'
        | 'overloaded'
        | 'timeout'
        | 'badReply'
        | 'cancelled';
    })
  | (Common & { readonly kind: 'noCredit' })
  | (Limited & { readonly kind: 'quotaDay' })
  | (Limited & {
      readonly kind: 'rateMinute';
      /** Too many requests were under way at once, with the number that is taken where one is named. */
      readonly concurrency?: { readonly most?: number };
    })
  | (Common & Partial<RequestSizes> & { readonly kind: 'tooLarge' })
  | (Common & {
      readonly kind: 'modelGone';
      /** "Decommissioned" is true for everyone; "not on this tier" for this account only. */
      readonly goneFor: 'provider' | 'account';
    })
  | (Common & { readonly kind: 'badRequest'; readonly field?: string })
  | (Common & {
      readonly kind: 'network';
      readonly cause: 'dns' | 'refused' | 'reset' | 'certificate' | 'proxy' | 'other';
      /** True while no connection stood: nothing can have been charged. */
      readonly beforeConnect: boolean;
    })
  | (Common & { readonly kind: 'noContent'; readonly reason: 'length' | 'filter' | 'empty' })
  | (Common & { readonly kind: 'cutOff' });

export type FailureKind = Failure['kind'];

/** The provider says that it does not take this key; out of credit it would. */
export const isRefusal = ({ kind }: Failure): boolean => kind === 'authInvalid' || kind === 'authBlocked';
