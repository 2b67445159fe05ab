import type { Violation } from './errorBody.ts';
import type { Provider } from './provider.ts';
import type { RateReading } from './rateReading.ts';

// "model: gemini-3.6-flash", "for model `x`", "this model"; not "1000 free model requests per day".
const modelWord = /\b(?:this|the|each|per)[- ]model\b|\bmodel:? (?:[`'"]|[\w.:]*[\d/-])|\blimit_rp[dm]\//i;
const windowWords = /per[- ]?(?:sec|min|hour|day|week|month)|daily|weekly|monthly|\([A-Z]{3,4}\): Limit/i;

/**
 * What the words of a refusal hold for. One that names a limit but no model is the whole key's, also
 * where the catalog counts by model; one without such words says nothing of it.
 */
export function scopeOfWords(
  message: string,
  { limitScope }: Pick<Provider, 'limitScope'>,
  model: string | undefined,
): RateReading['scope'] {
  if (modelWord.test(message) || names(message, model)) return 'model';
  return windowWords.test(message) ? 'key' : limitScope;
}

/** Hugging Face's `:cheapest` and OpenRouter's `:free` are no part of the name in a message. */
export const names = (message: string, model: string | undefined): boolean =>
  model !== undefined && message.includes(model.replace(/:[a-z-]+$/, ''));

/** Google says in a quota's name by what it is counted. */
export const scopeOfViolation = ({ quotaId }: Violation): RateReading['scope'] =>
  quotaId === '' || /PerModel/i.test(quotaId) ? 'model' : 'key';
