import type { Provider } from '../providers/provider.ts';
import type { ApiKey } from './apiKey.ts';
import type { EnvEntry, EnvReading } from './envLines.ts';
import type { EnvProblem } from './envProblem.ts';
import { envVariableReader, type EnvVariable } from './envVariable.ts';
import type { FingerprintOf } from './fingerprint.ts';
import { planImport, type FoundKey, type ImportPlan } from './importPlan.ts';
import { readLimit, readPriority, type FieldReading } from './keyFields.ts';
import { keyRef } from './keyRef.ts';
import type { Secret } from './secret.ts';
import { cleanSecretText } from './secretText.ts';

/** Where alerts should go, as the file names it. Taken over only after its own confirmation. */
export type AlertTargets = {
  readonly telegramToken?: Secret;
  readonly telegramChatId?: string;
  readonly email?: string;
};

export const namesTargets = ({ telegramToken, telegramChatId, email }: AlertTargets): boolean =>
  telegramToken !== undefined || telegramChatId !== undefined || email !== undefined;

export type EnvPlan = ImportPlan & {
  readonly problems: readonly EnvProblem[];
  /** More malformed lines than `problems` names. */
  readonly problemsLeftOut: number;
  readonly alertTargets: AlertTargets;
  /** Variables of other programs. */
  readonly unknownVariables: number;
};

export type EnvSource = {
  readonly reading: EnvReading;
  readonly existing: readonly ApiKey[];
  readonly fingerprintOf: FingerprintOf;
  readonly providers: readonly Provider[];
};

type Meant = { readonly entry: EnvEntry; readonly variable: EnvVariable };

/** What importing a `.env` would do. Nothing is stored. */
export function planEnvImport({ reading, existing, fingerprintOf, providers }: EnvSource): EnvPlan {
  const collected = new EnvCollector(reading, envVariableReader(providers));
  const plan = planImport({ found: collected.found, existing, fingerprintOf });
  return {
    ...plan,
    problems: [...reading.malformed, ...collected.problems].toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
    problemsLeftOut: reading.malformedCount - reading.malformed.length,
    alertTargets: collected.alertTargets,
    unknownVariables: reading.unknownVariables + collected.unknown,
  };
}

/** Brings the variables of each key together. */
class EnvCollector {
  readonly problems: EnvProblem[] = [];
  readonly found: readonly FoundKey[];
  readonly alertTargets: AlertTargets;
  unknown = 0;
  /** Priorities and limits by key ref, until their key comes. */
  readonly #properties = new Map<string, { entry: EnvEntry; variable: EnvVariable }[]>();

  constructor(reading: EnvReading, meaningOf: (name: string) => EnvVariable | undefined) {
    const meant = this.#last(reading.entries, meaningOf);
    for (const one of meant) this.#noteProperty(one);
    this.found = meant.flatMap((one) => this.#key(one) ?? []);
    for (const left of this.#properties.values()) for (const { entry } of left) this.#refuse(entry, 'keyMissing');
    this.alertTargets = meant.reduce<AlertTargets>((targets, one) => ({ ...targets, ...this.#target(one) }), {});
  }

  /** Of variables that mean the same thing the last one, in the file's order. */
  #last(entries: readonly EnvEntry[], meaningOf: (name: string) => EnvVariable | undefined): readonly Meant[] {
    const byMeaning = new Map<string, Meant>();
    for (const entry of entries) {
      const variable = meaningOf(entry.name);
      if (variable === undefined) {
        this.unknown += 1;
        continue;
      }
      // Two numberless names, as `HF_TOKEN` and `HUGGINGFACE_API_KEY`, may hold two keys.
      const meaning = variable.kind === 'key' && variable.number === undefined ? entry.name : meaningKey(variable);
      const earlier = byMeaning.get(meaning)?.entry;
      if (earlier !== undefined) this.problems.push({ ...place(earlier), kind: 'repeated', again: entry.name });
      byMeaning.delete(meaning);
      byMeaning.set(meaning, { entry, variable });
    }
    return [...byMeaning.values()];
  }

  #noteProperty({ entry, variable }: Meant): void {
    if (variable.kind !== 'priority' && variable.kind !== 'dailyLimit') return;
    const ref = keyRef(variable.provider.id, variable.number);
    const noted = this.#properties.get(ref) ?? [];
    this.#properties.set(ref, [...noted, { entry, variable }]);
  }

  #key({ entry, variable }: Meant): FoundKey | undefined {
    if (variable.kind !== 'key') return undefined;
    const { provider, number } = variable;
    const ref = number === undefined ? undefined : keyRef(provider.id, number);
    const properties = ref === undefined ? [] : (this.#properties.get(ref) ?? []);
    if (ref !== undefined) this.#properties.delete(ref);
    if (number === 0) return this.#refuse(entry, 'zeroNumber');
    const secret = this.#secret(entry);
    if (secret === undefined) return undefined;
    const key: FoundKey = { provider: provider.id, secret, ...numberAndLine(number, entry.line) };
    return properties.reduce((described, property) => ({ ...described, ...this.#property(property, provider) }), key);
  }

  #property({ entry, variable }: Meant, provider: Provider): Pick<FoundKey, 'priority' | 'limits'> {
    const text = entry.value.reveal();
    if (variable.kind === 'priority') {
      const priority = this.#field(entry, readPriority(text));
      return priority === undefined ? {} : { priority };
    }
    const limit = this.#field(entry, readLimit(text));
    return limit === undefined ? {} : { limits: { [`${provider.dailyUnit}PerDay` as const]: limit } };
  }

  #field<T>(entry: EnvEntry, reading: FieldReading<T>): T | undefined {
    if (reading.ok) return reading.value;
    this.problems.push({ ...place(entry), kind: 'badField', problem: reading.problem });
    return undefined;
  }

  #target({ entry, variable }: Meant): AlertTargets {
    const text = entry.value.reveal().trim();
    if (variable.kind === 'telegramToken') {
      const telegramToken = this.#secret(entry);
      return telegramToken === undefined ? {} : { telegramToken };
    }
    if (variable.kind === 'telegramChatId') {
      return /^(?:-?\d{1,20}|@\w{1,64})$/.test(text)
        ? { telegramChatId: text }
        : (this.#refuse(entry, 'badChatId') ?? {});
    }
    if (variable.kind === 'alertEmail') {
      return /^[^\s@]{1,64}@[^\s@]{1,190}$/.test(text) ? { email: text } : (this.#refuse(entry, 'badEmail') ?? {});
    }
    return {};
  }

  #secret(entry: EnvEntry): Secret | undefined {
    if (entry.refers === true) return this.#refuse(entry, 'reference');
    const cleaned = cleanSecretText(entry.value.reveal());
    if (cleaned.ok) return cleaned.secret;
    this.problems.push({ ...place(entry), kind: 'badSecret', problem: cleaned.problem });
    return undefined;
  }

  #refuse(entry: EnvEntry, kind: 'reference' | 'zeroNumber' | 'keyMissing' | 'badChatId' | 'badEmail'): undefined {
    this.problems.push({ ...place(entry), kind });
    return undefined;
  }
}

const place = ({ name, line }: EnvEntry): { name: string; line?: number } => ({
  name,
  ...(line === undefined ? {} : { line }),
});

const numberAndLine = (number: number | undefined, line: number | undefined): Pick<FoundKey, 'number' | 'line'> => ({
  ...(number === undefined ? {} : { number }),
  ...(line === undefined ? {} : { line }),
});

function meaningKey(variable: EnvVariable): string {
  if (!('provider' in variable)) return variable.kind;
  return `${variable.kind} ${variable.provider.id} ${variable.number ?? ''}`;
}
