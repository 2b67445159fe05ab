import type { Cancel } from '../core/ports.ts';

/** One source of changes: the ledger, the key book, the settings. */
export type Subscribe = (listener: () => void) => Cancel;
