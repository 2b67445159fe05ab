import * as vscode from 'vscode';

import type { Provider } from '../core/providers/provider.ts';

/** Remembers over windows and restarts what was said once; `globalState` has it. */
export type Memory = {
  get(name: string): unknown;
  update(name: string, value: unknown): Thenable<void>;
};

export type Notice = {
  readonly text: string;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  /** The user has gone on after reading it. */
  readonly said: () => Promise<void>;
};

/**
 * The one plain notice, per provider, that its free tier may train on what is sent. It stands where
 * the user is about to act anyway: in the add dialog, the import's preview, the panel before sending.
 */
export class FreeTierNotice {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Undefined: there is nothing to say, or it was said. */
  due(providers: readonly Provider[]): Notice | undefined {
    const unsaid = providers.filter(({ trainsOnFreeTier, id }) => trainsOnFreeTier && !this.#isSaid(id));
    if (unsaid.length === 0) return undefined;
    const names = unsaid.map(({ displayName }) => displayName).join(', ');
    return {
      text: vscode.l10n.t('On a free tier, {0} may train on what is sent, and people may read it.', names),
      links: unsaid.flatMap(({ displayName, termsUrl }) =>
        termsUrl === undefined ? [] : [{ title: vscode.l10n.t('Terms of {0}', displayName), url: termsUrl }],
      ),
      said: async () => {
        for (const { id } of unsaid) await this.#memory.update(nameOf(id), true);
      },
    };
  }

  #isSaid(provider: string): boolean {
    return this.#memory.get(nameOf(provider)) === true;
  }
}

const nameOf = (provider: string): string => `aiKeys.freeTierNotice.${provider}`;
