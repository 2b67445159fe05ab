import type { KeyRef } from '../keys/keyRef.ts';
import type { FailureKind } from '../providers/failure.ts';

/** Use of one key and model within one hour or day. */
export type UsageRow = {
  /** Start of the hour or day. */
  readonly fromMs: number;
  readonly provider: string;
  readonly key: KeyRef;
  readonly keyId: string;
  readonly model: string;
  readonly attempts: number;
  /** Those that count against request limits. */
  readonly requests: number;
  readonly tokens: number;
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
};

/** Of answered attempts; to within 3 %. */
export type LatencyRow = {
  readonly provider: string;
  readonly answered: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
};

export type UsageReport = { readonly rows: readonly UsageRow[]; readonly latencies: readonly LatencyRow[] };

export type Overview = {
  /** Routes that went to a provider or should have: cache hits are apart. */
  readonly requests: number;
  readonly cacheHits: number;
  readonly tokens: number;
  /** Routes that gave no answer of a model; given up by the caller is neither failed nor answered. */
  readonly failed: number;
  /** In percent of answered and failed; undefined where there were none. */
  readonly successRate: number | undefined;
  /** Of answered routes; undefined where there were none. */
  readonly averageMs: number | undefined;
  /** By kind, counting attempts. */
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
};

/**
 * What was recorded, for charts and exports. A range that begins within a quarter hour is widened to
 * it, that of latencies to the hour. One that begins on the hour is read faster.
 */
export interface Reports {
  byHour(fromMs: number, toMs: number): Promise<UsageReport>;
  /** Days of the zone. Use older than 35 days is known by UTC day. */
  byDay(fromMs: number, toMs: number, zone: string): Promise<UsageReport>;
  overview(fromMs: number, toMs: number): Promise<Overview>;
}
