import type { ContestantEntry } from './contestant.ts';
import { knowsEverything } from './knowsEverything.ts';
import { ours } from './ours.ts';
import { roundRobin } from './roundRobin.ts';

/** Whoever spends the day; peers add themselves where they are installed. */
export const contestants: ContestantEntry[] = [knowsEverything, ...ours, roundRobin];

export const peerIds: readonly string[] = ['ai-retry', 'ai-fallback', 'portkey'];
