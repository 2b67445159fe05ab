import * as z from 'zod';
import type { L10n } from '../ports.ts';

const percent = z.number().gt(0).lt(100);
const minutes = z.number().positive().max(1_440);
const seconds = z.number().positive().max(600);

/** Every setting but `aiKeys.providers` and the alerts', which have readers of their own. */
const shape = z.object({
  'routing.providerOrder': z.array(z.string().min(1)),
  'routing.strategy': z.enum(['priority', 'balanced', 'fastest']),
  'routing.deadlineSeconds': seconds,
  'routing.attemptTimeoutSeconds': seconds,
  'cache.enabled': z.boolean(),
  'cache.ttlMinutes': minutes,
  'quota.warnAtPercent': z.array(percent).min(1),
  'analysis.contextLines': z.number().int().min(0).max(500),
  'analysis.temperature': z.number().min(0).max(2),
  'analysis.maxTokens': z.number().int().min(64).max(32_768),
  'analysis.answerLanguage': z.string().min(1),
  'analysis.neverSend': z.array(z.string().min(1)),
  'statusBar.show': z.enum(['percentage', 'remaining', 'provider', 'off']),
});

export type Settings = Readonly<z.infer<typeof shape>>;

/** The defaults of spec section 7. */
export const defaultSettings: Settings = {
  'routing.providerOrder': ['groq', 'gemini', 'mistral', 'huggingface'],
  'routing.strategy': 'priority',
  'routing.deadlineSeconds': 60,
  'routing.attemptTimeoutSeconds': 20,
  'cache.enabled': true,
  'cache.ttlMinutes': 60,
  'quota.warnAtPercent': [75, 90],
  'analysis.contextLines': 40,
  'analysis.temperature': 0.3,
  'analysis.maxTokens': 1_000,
  'analysis.answerLanguage': 'auto',
  'analysis.neverSend': ['**/.env*'],
  'statusBar.show': 'percentage',
};

/** A setting of the wrong type or out of range: it is named, and its default is used. */
export type SettingProblem = { readonly name: string; readonly message: string };

export type SettingsReading = { readonly settings: Settings; readonly problems: readonly SettingProblem[] };

/** `read` gives the value as VS Code has it; undefined where the user set none. */
export function readSettings(l10n: L10n, read: (name: string) => unknown): SettingsReading {
  const given = new Map(
    Object.keys(defaultSettings)
      .map((name) => [name, read(name)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const first = shape.safeParse({ ...defaultSettings, ...Object.fromEntries(given) });
  const wrongNames = new Map<string, string[]>();
  for (const { path, message } of first.error?.issues ?? []) {
    const name = String(path[0]);
    wrongNames.set(name, [...(wrongNames.get(name) ?? []), message]);
    given.delete(name);
  }
  const settings = shape.parse({ ...defaultSettings, ...Object.fromEntries(given) });
  return {
    settings: { ...settings, 'quota.warnAtPercent': settings['quota.warnAtPercent'].toSorted((a, b) => a - b) },
    problems: [...wrongNames].map(([name, messages]) => wrong(l10n, `aiKeys.${name}`, messages)),
  };
}

function wrong(l10n: L10n, name: string, messages: readonly string[]): SettingProblem {
  const reason = messages.join('; ');
  return { name, message: l10n.t('The setting {0} is not usable ({1}). Its default is used.', name, reason) };
}
