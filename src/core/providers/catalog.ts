import { geminiEntry } from './catalog/geminiEntry.ts';
import { groqEntry } from './catalog/groqEntry.ts';
import { huggingfaceEntry } from './catalog/huggingfaceEntry.ts';
import { mistralEntry } from './catalog/mistralEntry.ts';
import { presetEntries } from './catalog/presetEntries.ts';
import type { Provider } from './provider.ts';

/** The day on which models, limits and addresses below were last held against the providers' own pages. */
export const catalogDate = '2026-11-22';

/** Providers that are there from the start, fastest first: the default order of asking. */
export const catalog: readonly Provider[] = [groqEntry, geminiEntry, mistralEntry, huggingfaceEntry];

/** OpenAI-compatible providers that an entry of the setting, even an empty one, switches on. */
export const presets: readonly Provider[] = presetEntries;
