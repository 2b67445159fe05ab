import type { L10n } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import type { ApiKey } from './apiKey.ts';
import { envPrefix } from './envVariable.ts';
import { displayNameOf, keyName } from './keyName.ts';
import { Secret } from './secret.ts';

export type EnvExport = {
  /** The file's whole text. */
  readonly text: Secret;
  /** Keys whose secret the system no longer has: they are in the file as comments. */
  readonly missing: readonly ApiKey[];
};

export type EnvExportSource = {
  readonly keys: readonly { readonly key: ApiKey; readonly secret: Secret | undefined }[];
  readonly providers: readonly Provider[];
  readonly l10n: L10n;
};

/** A `.env` that `planEnvImport` reads back to the same numbers, secrets, priorities and daily limits. */
export function exportEnv({ keys, providers, l10n }: EnvExportSource): EnvExport {
  const blocks = keys.map(({ key, secret }) => {
    const prefix = envPrefix(key.provider);
    const dailyUnit = providers.find(({ id }) => id === key.provider)?.dailyUnit ?? 'tokens';
    const limit = key.limits[`${dailyUnit}PerDay`];
    const variable = `${prefix}_API_KEY_${key.number}`;
    return [
      `# ${describe(key)}`,
      secret === undefined ? `# ${variable}=` : `${variable}=${quoted(secret.reveal())}`,
      `${secret === undefined ? '# ' : ''}${prefix}_KEY_${key.number}_PRIORITY=${key.priority}`,
      ...(limit === undefined || secret === undefined ? [] : [`${prefix}_KEY_${key.number}_DAILY_LIMIT=${limit}`]),
      '',
    ].join('\n');
  });
  const warning = l10n.t('Exported by AI Keys. Whoever reads this file can use these keys: keep it out of git.');
  return {
    text: new Secret([`# ${warning}`, '', ...blocks].join('\n')),
    missing: keys.flatMap(({ key, secret }) => (secret === undefined ? [key] : [])),
  };

  function describe(key: ApiKey): string {
    const name = keyName(l10n, displayNameOf(providers, key.provider), key.number);
    const label = key.label === '' ? name : `${name} (${key.label})`;
    return key.enabled ? label : l10n.t('{0}, disabled', label);
  }
}

/** Quotes only where a reader of `.env` files would otherwise cut or change the value. */
function quoted(text: string): string {
  if (/^[^#$'"`][^#$]*$/.test(text) || text.endsWith('\\')) return text;
  const quote = ["'", '"', '`'].find((candidate) => !text.includes(candidate));
  return quote === undefined ? text : `${quote}${text}${quote}`;
}
