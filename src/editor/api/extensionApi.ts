import * as vscode from 'vscode';
import type { AllStats, ProviderHealthStatus, Tracker } from '../../core/quota/tracker.ts';
import type { Keyring } from '../../core/keys/keyring.ts';
import type { ChatAnswer, ChatRequest } from '../../core/routing/chat.ts';
import type { Route } from '../../core/routing/route.ts';
import type { Router } from '../../core/routing/router.ts';
import type { ChatConsent } from './chatConsent.ts';

/** What happened here, for other extensions: no content of anyone's question or answer. */
export type ApiEvent =
  | { readonly kind: 'answered'; readonly answer: Omit<ChatAnswer, 'content' | 'toolCalls'> }
  | { readonly kind: 'changed' };

/** What `activate()` returns. No call returns a secret (spec section 7). */
export type ExtensionApi = {
  readonly version: 1;
  chat(request: ChatRequest): Promise<ChatAnswer>;
  validateModelKeys(): Promise<Readonly<Record<string, boolean>>>;
  getAllStats(): AllStats;
  getHealthStatus(): Readonly<Record<string, ProviderHealthStatus>>;
  explainRoute(routeId?: string): Promise<Route | undefined>;
  readonly onDidChange: vscode.Event<ApiEvent>;
};

export type ApiPorts = {
  readonly router: Pick<Router, 'chat' | 'explain'>;
  readonly tracker: Pick<Tracker, 'allStats' | 'healthStatus'>;
  readonly keyring: Pick<Keyring, 'validateModelKeys'>;
  readonly consent: ChatConsent;
  readonly onDidChange: vscode.Event<ApiEvent>;
};

export function extensionApi({ router, tracker, keyring, consent, onDidChange }: ApiPorts): ExtensionApi {
  return {
    version: 1,
    chat: async (request) => {
      if (!(await consent.given())) {
        throw new Error(vscode.l10n.t('The user does not let other extensions chat through AI Keys.'));
      }
      const { readChatRequest } = await import('./readChatRequest.ts');
      return router.chat({ askedBy: 'api', ...readChatRequest(vscode.l10n, request) });
    },
    validateModelKeys: () => keyring.validateModelKeys(),
    getAllStats: () => tracker.allStats(),
    getHealthStatus: () => tracker.healthStatus(),
    explainRoute: (routeId) => router.explain(routeId),
    onDidChange,
  };
}
