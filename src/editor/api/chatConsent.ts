import * as vscode from 'vscode';

type Memory = Pick<vscode.Memento, 'get' | 'update'>;

const memoryName = 'chatFromOutside';

/**
 * Whether other extensions may chat with the user's keys: asked at the first try, for this session,
 * always or never. VS Code does not tell who asks.
 */
export class ChatConsent {
  readonly #memory: Memory;
  readonly #mayAsk: boolean;
  #asking: Promise<boolean> | undefined;
  #session: boolean | undefined;

  /** `mayAsk` is false under test, where VS Code refuses modal dialogs. */
  constructor(memory: Memory, mayAsk: boolean) {
    this.#memory = memory;
    this.#mayAsk = mayAsk;
  }

  async given(): Promise<boolean> {
    if (!this.#mayAsk) return true;
    const kept = this.#memory.get(memoryName);
    if (kept === 'always' || kept === 'never') return kept === 'always';
    return (this.#session ??= await (this.#asking ??= this.#ask()));
  }

  async #ask(): Promise<boolean> {
    const session = vscode.l10n.t('This Session');
    const always = vscode.l10n.t('Always');
    const never = vscode.l10n.t('Never');
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t('Another extension wants to chat through AI Keys'),
      {
        modal: true,
        detail: vscode.l10n.t(
          'Its questions would go to your providers and use up the quota of your keys. It never sees a key.',
        ),
      },
      session,
      always,
      never,
    );
    this.#asking = undefined;
    if (chosen === always || chosen === never)
      await this.#memory.update(memoryName, chosen === always ? 'always' : 'never');
    return chosen === session || chosen === always;
  }
}
