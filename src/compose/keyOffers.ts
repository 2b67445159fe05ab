import * as vscode from 'vscode';
import { secretPersistence } from '../adapters/secretPersistence.ts';
import type { VscodeSettings } from '../adapters/vscodeSettings.ts';
import type { Clock, Log, Random } from '../core/ports.ts';
import type { Provider } from '../core/providers/provider.ts';
import { KeyWatch } from '../editor/keyWatch.ts';
import { PoolNotice } from '../editor/poolNotice.ts';
import type { Subscribe } from '../editor/subscribe.ts';
import type { Core } from './core.ts';

export type KeyOffersAsk = {
  readonly context: vscode.ExtensionContext;
  readonly settings: VscodeSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

/** What is said about keys unasked; loaded after the activation. */
export async function composeKeyOffers(ask: KeyOffersAsk, core: Core): Promise<vscode.Disposable> {
  const { context, settings, clock, log } = ask;
  const { keyBook } = core;
  const memory = context.globalState;
  const keys: Subscribe = (listener) => keyBook.onDidChange(listener);
  const losses: Subscribe = (listener) => core.keyring.onDidChangeMissing(listener);
  const moves: Subscribe = (listener) => settings.onDidChange(listener);
  const providers = (): readonly Provider[] => core.providers.current().providers;
  const watch = {
    keyring: core.keyring,
    providers,
    keepsNothing: await keepsNothing(ask),
    ...{ memory, clock, log },
  };
  return vscode.Disposable.from(
    new PoolNotice({ ...core, providers, log }),
    new KeyWatch({ ...watch, changes: [keys, losses, moves] }),
  );
}

/** In a browser a window reads only its own copy, which proves nothing. */
async function keepsNothing({ context, random, log }: KeyOffersAsk): Promise<boolean> {
  if (vscode.env.uiKind === vscode.UIKind.Web) return false;
  const { secrets, globalState: state } = context;
  try {
    return (await secretPersistence({ secrets, state, random, sessionId: vscode.env.sessionId })) === 'lost';
  } catch (error) {
    log.warn(`whether secrets are kept is not known: ${String(error)}`);
    return false;
  }
}
