import * as vscode from 'vscode';

import { describeFieldProblem, readConcurrent, readLimit } from '../../core/keys/keyFields.ts';
import {
  describeAddressProblem,
  readAddress,
  readBaseAddress,
  type AddressReading,
} from '../../core/providers/providerAddress.ts';
import { isTimeZone, readProviderName } from '../../core/providers/providerEntry.ts';
import { limitShapes, type LimitName, type Limits } from '../../core/quota/limits.ts';
import { limitWords } from '../keyWords.ts';

/** Undefined: the user left, and nothing changes. */
type Answer<Value> = Promise<Value | undefined>;

/** `problem` may say more of an address that can be used. */
export function askBaseAddress(
  title: string,
  value: string,
  problem: (url: string) => string | undefined = () => undefined,
): Answer<string> {
  const prompt = vscode.l10n.t('Its address, up to where /chat/completions would follow.');
  return askAddress({ title, value, prompt, read: readBaseAddress, problem });
}

/** Empty: `''`, as the provider has it by itself. */
export async function askCheckAddress(title: string, value: string): Answer<string> {
  const read = (text: string): AddressReading => (text.trim() === '' ? { ok: true, url: '' } : readAddress(text));
  const prompt = vscode.l10n.t('A GET that costs no token and proves a key. Empty: the list of models.');
  return askAddress({ title, value, prompt, read, problem: () => undefined });
}

async function askAddress({
  title,
  value,
  prompt,
  read,
  problem,
}: {
  readonly title: string;
  readonly value: string;
  readonly prompt: string;
  readonly read: (text: string) => AddressReading;
  readonly problem: (url: string) => string | undefined;
}): Answer<string> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    placeHolder: 'https://llm.example.org/v1',
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const reading = read(typed);
      if (!reading.ok) return describeAddressProblem(vscode.l10n, reading.problem);
      return problem(reading.url);
    },
  });
  const reading = text === undefined ? undefined : read(text);
  return reading?.ok === true ? reading.url : undefined;
}

/** Empty: `''`, as the provider has it by itself. */
export async function askName(title: string, value: string): Answer<string> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('What to call it.'),
    value,
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const reading = readProviderName(typed);
      return reading.ok ? undefined : describeFieldProblem(vscode.l10n, reading.problem);
    },
  });
  return text?.trim();
}

/** Empty: `''`, as the provider has it by itself. */
export async function askTimeZone(title: string, value: string): Answer<string> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Time zone whose midnight starts a quota day, such as UTC or America/Los_Angeles.'),
    value,
    ignoreFocusOut: true,
    validateInput: (typed) =>
      typed.trim() === '' || isTimeZone(typed.trim())
        ? undefined
        : vscode.l10n.t('There is no time zone of this name. One looks like Europe/Paris.'),
  });
  return text?.trim();
}

/** `value` undefined: as the provider has it by itself. */
export async function askConcurrent(
  title: string,
  own: number | undefined,
): Answer<{ readonly value: number | undefined }> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('How many requests may be under way with one key at once. Empty: as the provider has it.'),
    value: String(own ?? ''),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const reading = readConcurrent(typed);
      return reading.ok ? undefined : describeFieldProblem(vscode.l10n, reading.problem);
    },
  });
  const reading = text === undefined ? undefined : readConcurrent(text);
  return reading?.ok === true ? reading : undefined;
}

/** Each limit in its own box, until Escape. The user's own numbers are answered, even unchanged. */
export async function askLimits(title: string, own: Limits, builtIn: Limits): Promise<Limits> {
  let limits = own;
  for (;;) {
    const items = limitShapes.map(({ name }) => ({
      name,
      label: limitWords(vscode.l10n, name),
      description: limitDescription(limits[name], builtIn[name]),
    }));
    const placeHolder = vscode.l10n.t('Which limit of each key? Escape leads back');
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true });
    if (chosen === undefined) return limits;
    limits = await askLimit(title, chosen, limits);
  }
}

async function askLimit(
  title: string,
  { name, label }: { readonly name: LimitName; readonly label: string },
  limits: Limits,
): Promise<Limits> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('{0}. Empty: as the provider says', label),
    value: String(limits[name] ?? ''),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const reading = readLimit(typed);
      return reading.ok ? undefined : describeFieldProblem(vscode.l10n, reading.problem);
    },
  });
  const reading = text === undefined ? undefined : readLimit(text);
  if (reading?.ok !== true) return limits;
  const { [name]: _, ...rest } = limits;
  return reading.value === undefined ? rest : { ...rest, [name]: reading.value };
}

function limitDescription(own: number | undefined, builtIn: number | undefined): string {
  const { language } = vscode.env;
  if (own !== undefined) return own.toLocaleString(language);
  return builtIn === undefined
    ? vscode.l10n.t('as the provider says')
    : vscode.l10n.t('{0}, as the provider says', builtIn.toLocaleString(language));
}
