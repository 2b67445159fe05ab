import type { Provider } from '../providers/provider.ts';

/** What a variable's name means. */
export type EnvVariable =
  | { readonly kind: 'key'; readonly provider: Provider; readonly number?: number }
  | { readonly kind: 'priority' | 'dailyLimit'; readonly provider: Provider; readonly number: number }
  | { readonly kind: 'telegramToken' | 'telegramChatId' | 'alertEmail' };

const alertVariables: Readonly<Record<string, EnvVariable>> = {
  TELEGRAM_BOT_TOKEN: { kind: 'telegramToken' },
  TELEGRAM_CHAT_ID: { kind: 'telegramChatId' },
  ALERT_EMAIL: { kind: 'alertEmail' },
};

/** Other names that Hugging Face's own tools read. */
const aliases: Readonly<Record<string, readonly string[]>> = { huggingface: ['HF', 'HUGGING_FACE', 'HUGGINGFACEHUB'] };

const keyName = /^(?<prefix>[A-Z0-9_]+?)_(?<word>API_KEY|API_TOKEN|TOKEN)(?:_(?<number>\d{1,6}))?$/;
const propertyName = /^(?<prefix>[A-Z0-9_]+?)_(?:API_)?(?:KEY|TOKEN)_(?<number>\d{1,6})_(?<word>PRIORITY|DAILY_LIMIT)$/;

/** `my-llm` → `MY_LLM`: how a provider's variables begin. */
export const envPrefix = (provider: string): string => provider.toUpperCase().replace(/[^A-Z0-9]+/g, '_');

/**
 * Reads names such as `GROQ_API_KEY_1`, `GROQ_API_KEY`, `GROQ_KEY_1_PRIORITY`, `GROQ_KEY_1_DAILY_LIMIT`,
 * `HF_TOKEN`, and the same for every other provider; undefined for any other name.
 */
export function envVariableReader(providers: readonly Provider[]): (name: string) => EnvVariable | undefined {
  const byPrefix = new Map<string, Provider>();
  for (const provider of providers) {
    for (const prefix of [envPrefix(provider.id), ...(aliases[provider.id] ?? [])]) {
      if (!byPrefix.has(prefix)) byPrefix.set(prefix, provider);
    }
  }
  return (name) => alertVariables[name] ?? readKey(name, byPrefix) ?? readProperty(name, byPrefix);
}

function readKey(name: string, byPrefix: ReadonlyMap<string, Provider>): EnvVariable | undefined {
  const groups = keyName.exec(name)?.groups;
  const provider = byPrefix.get(groups?.['prefix'] ?? '');
  if (groups === undefined || provider === undefined) return undefined;
  // Only Hugging Face calls its keys tokens.
  if (groups['word'] !== 'API_KEY' && provider.id !== 'huggingface') return undefined;
  const number = groups['number'];
  return { kind: 'key', provider, ...(number === undefined ? {} : { number: Number(number) }) };
}

function readProperty(name: string, byPrefix: ReadonlyMap<string, Provider>): EnvVariable | undefined {
  const groups = propertyName.exec(name)?.groups;
  const provider = byPrefix.get(groups?.['prefix'] ?? '');
  if (groups === undefined || provider === undefined) return undefined;
  const kind = groups['word'] === 'PRIORITY' ? 'priority' : 'dailyLimit';
  return { kind, provider, number: Number(groups['number']) };
}
