import * as vscode from 'vscode';

import type { CheckResult } from '../../core/keys/keyCheck.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { Failed, PreparedKey } from '../../core/keys/keyringResult.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { checkWords } from './checkWords.ts';

/** What became of the secret: a key in most places. */
type Taken = { readonly ok: true };

export type SecretAsk<Prepared extends PreparedKey, Result extends Taken, Detour> = {
  readonly title: string;
  readonly prompt: string;
  readonly provider: Pick<Provider, 'displayName' | 'keyPageUrl' | 'termsUrl' | 'keyHint'>;
  readonly providers: () => readonly Provider[];
  /** Stands in the box from the start. */
  readonly value?: string;
  /** True: as if Enter had been pressed on it. */
  readonly accepted?: boolean;
  readonly prepare: (text: string) => Prepared | Failed;
  readonly check: (prepared: Prepared, signal: AbortSignal) => Promise<CheckResult | Failed>;
  /** Stores it, or keeps it for what is asked next. */
  readonly take: (prepared: Prepared, checked: CheckResult) => Promise<Result | Failed>;
  /** What Enter would do with this text, where that is worth a word. */
  readonly hint?: (text: string) => Promise<string | undefined>;
  /** Enter on a text that is something else than one key for this box: the box closes with it. */
  readonly detour?: (text: string) => Promise<Detour | undefined>;
};

export type SecretOutcome<Result, Detour> =
  | { readonly kind: 'taken'; readonly taken: Result; readonly checked: CheckResult }
  | { readonly kind: 'detour'; readonly detour: Detour }
  /** Nothing was taken. */
  | { readonly kind: 'left' };

/** The hidden input of a secret: cleaned, checked without using a token, and taken. */
export function askSecret<Prepared extends PreparedKey, Result extends Taken, Detour = never>(
  ask: SecretAsk<Prepared, Result, Detour>,
): Promise<SecretOutcome<Result, Detour>> {
  return new SecretDialog(ask).run();
}

/** It stays open until the secret is taken or the user leaves; what is wrong stands below the field. */
class SecretDialog<Prepared extends PreparedKey, Result extends Taken, Detour> {
  readonly #ask: SecretAsk<Prepared, Result, Detour>;
  readonly #box = vscode.window.createInputBox();
  readonly #leave = new AbortController();
  /** Refused by its provider; the same text again means that the user insists. */
  #refused: { readonly text: string; readonly checked: CheckResult } | undefined;
  #outcome: SecretOutcome<Result, Detour> = { kind: 'left' };

  constructor(ask: SecretAsk<Prepared, Result, Detour>) {
    this.#ask = ask;
  }

  run(): Promise<SecretOutcome<Result, Detour>> {
    const box = this.#box;
    const { title, prompt, provider, value = '', accepted = false } = this.#ask;
    box.title = title;
    box.prompt = prompt;
    box.password = true;
    box.ignoreFocusOut = true;
    box.placeholder =
      provider.keyHint === undefined
        ? vscode.l10n.t('API key')
        : vscode.l10n.t('API key, usually like {0}', provider.keyHint.example);
    box.value = value;
    this.#offerLinks();
    return new Promise((resolve, reject) => {
      const accept = (): void => void this.#accept(box.value).catch(reject);
      box.onDidChangeValue((text) => {
        this.#refused = undefined;
        box.validationMessage = undefined;
        this.#hint(text).catch(reject);
      });
      box.onDidAccept(accept);
      box.onDidHide(() => {
        this.#leave.abort();
        box.dispose();
        resolve(this.#outcome);
      });
      box.show();
      if (accepted) accept();
      else this.#hint(value).catch(reject);
    });
  }

  #offerLinks(): void {
    const { displayName, keyPageUrl, termsUrl } = this.#ask.provider;
    const links = [
      { url: keyPageUrl, icon: 'link-external', tooltip: vscode.l10n.t('Where {0} keys are made', displayName) },
      { url: termsUrl, icon: 'law', tooltip: vscode.l10n.t('Terms of {0}', displayName) },
    ].flatMap(({ url, icon, tooltip }) =>
      url === undefined ? [] : [{ url, button: { iconPath: new vscode.ThemeIcon(icon), tooltip } }],
    );
    this.#box.buttons = links.map(({ button }) => button);
    this.#box.onDidTriggerButton((pressed) => {
      const link = links.find(({ button }) => button === pressed);
      if (link !== undefined) void vscode.env.openExternal(vscode.Uri.parse(link.url, true));
    });
  }

  async #accept(text: string): Promise<void> {
    const detour = await this.#ask.detour?.(text);
    if (detour !== undefined) return this.#close({ kind: 'detour', detour });
    const prepared = this.#ask.prepare(text);
    if (!prepared.ok) return this.#complain(prepared);
    if (this.#refused?.text === text) return this.#take(prepared, this.#refused.checked);
    const checked = await this.#check(prepared);
    if (this.#leave.signal.aborted) return;
    if ('problem' in checked) return this.#complain(checked);
    if (checked.kind !== 'refused') return this.#take(prepared, checked);
    this.#refused = { text, checked };
    this.#box.validationMessage = vscode.l10n.t(
      '{0} Enter another one, or press Enter again to keep it anyway.',
      checkWords(vscode.l10n, vscode.l10n.t('This key'), checked),
    );
  }

  async #check(prepared: Prepared): Promise<CheckResult | Failed> {
    const box = this.#box;
    box.busy = true;
    box.enabled = false;
    box.validationMessage = {
      message: vscode.l10n.t('Checking the key…'),
      severity: vscode.InputBoxValidationSeverity.Info,
    };
    try {
      return await this.#ask.check(prepared, this.#leave.signal);
    } finally {
      if (!this.#leave.signal.aborted) {
        box.busy = false;
        box.enabled = true;
      }
    }
  }

  async #take(prepared: Prepared, checked: CheckResult): Promise<void> {
    const taken = await this.#ask.take(prepared, checked);
    if (taken.ok) this.#close({ kind: 'taken', taken, checked });
    else this.#complain(taken);
  }

  #complain({ problem }: Failed): void {
    this.#box.validationMessage = describeKeyringProblem(vscode.l10n, this.#ask.providers(), problem);
  }

  #close(outcome: SecretOutcome<Result, Detour>): void {
    this.#outcome = outcome;
    this.#box.hide();
  }

  async #hint(text: string): Promise<void> {
    const message = text.trim() === '' ? undefined : await this.#ask.hint?.(text);
    if (message === undefined || this.#leave.signal.aborted || this.#box.value !== text) return;
    this.#box.validationMessage = { message, severity: vscode.InputBoxValidationSeverity.Info };
  }
}
