import type * as vscode from 'vscode';

import type { KnownSecret } from '../../core/analysis/secretMasking.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { ChatPart, ChatRequest } from '../../core/routing/chat.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { FreeTierNotice, Memory } from '../freeTierNotice.ts';

export type AnalysisPorts = {
  readonly router: { stream(request: ChatRequest): AsyncIterable<ChatPart> };
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly settings: () => Pick<
    Settings,
    | 'analysis.contextLines'
    | 'analysis.temperature'
    | 'analysis.maxTokens'
    | 'analysis.answerLanguage'
    | 'analysis.neverSend'
  >;
  /** Pooled keys' secrets, to be masked wherever they stand in what is sent or shown. */
  readonly known: () => Promise<readonly KnownSecret[]>;
  /** "Groq Key 1" for `groq/1`. */
  readonly nameOfKey: (ref: string) => string;
  readonly notice: FreeTierNotice;
  /** Providers that a request could go to now: with an enabled key, or in need of none. */
  readonly usableProviders: () => readonly Provider[];
  /** False: there is no such provider, and nothing can be sent. */
  readonly canSend: () => boolean;
  /** `ExtensionContext.workspaceState`. */
  readonly workspaceState: Memory;
  readonly extensionUri: vscode.Uri;
};
