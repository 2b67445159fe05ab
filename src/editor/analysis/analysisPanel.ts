import * as vscode from 'vscode';

import type { Log, Random } from '../../core/ports.ts';
import { fromAnalysisPanel, type AnalysisAction, type ToAnalysisPanel } from '../../shared/analysisMessages.ts';
import type { AnalysisView } from '../../shared/analysisView.ts';
import type { CommandId } from '../commands/commandIds.ts';
import { AnalysisTalk, type AnalysisTalkPorts } from './analysisTalk.ts';
import type { FixOutcome, FixReview } from './fixReview.ts';
import { newNonce, panelOptions, panelPage } from '../webviewPage.ts';
import { panelStrings } from './panelStrings.ts';

export const analysisViewType = 'aiKeys.analysis';

export type AnalysisPanelPorts = Omit<AnalysisTalkPorts, 'post'> & {
  readonly extensionUri: vscode.Uri;
  readonly random: Random;
  readonly log: Log;
  readonly fixes: FixReview;
  /** Whether anything can be sent now: a key may have come since the panel opened. */
  readonly canSend: () => boolean;
  /** The user has read what will be sent, and sends it. */
  readonly onSend: (remember: boolean) => Promise<void>;
};

/** One analysis in a panel beside the code: it shows a talk, and does what its buttons say. */
export class AnalysisPanel {
  readonly talk: AnalysisTalk;
  readonly #panel: vscode.WebviewPanel;
  readonly #ports: AnalysisPanelPorts;

  constructor(panel: vscode.WebviewPanel, view: AnalysisView, ports: AnalysisPanelPorts) {
    this.#panel = panel;
    this.#ports = ports;
    this.talk = new AnalysisTalk(view, { ...ports, post: (message) => this.#post(message) });
    panel.title = view.title;
    const icon = (theme: string): vscode.Uri => vscode.Uri.joinPath(ports.extensionUri, 'media', `panel-${theme}.svg`);
    panel.iconPath = { light: icon('light'), dark: icon('dark') };
    panel.webview.options = panelOptions(ports.extensionUri);
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    panel.onDidDispose(() => this.talk.stop());
    const nonce = newNonce((length) => ports.random.bytes(length));
    panel.webview.html = panelPage(panel.webview, ports.extensionUri, { name: 'analysis', title: view.title, nonce });
  }

  /** Runs the first question; what is no failure of a request is a bug, and is told. */
  start(): void {
    this.#run(this.talk.start(this.talk.view.title));
  }

  close(): void {
    this.#panel.dispose();
  }

  show(change: Parameters<AnalysisTalk['show']>[0]): void {
    if (change.title !== undefined) this.#panel.title = change.title;
    this.talk.show(change);
  }

  /** A hidden panel gets nothing: it asks for everything once it is on the screen again. */
  #post(message: ToAnalysisPanel): void {
    if (this.#panel.visible) void this.#panel.webview.postMessage(message);
  }

  #receive(message: unknown): void {
    const parsed = fromAnalysisPanel.safeParse(message);
    if (!parsed.success) {
      this.#ports.log.warn('The analysis panel sent a message of an unknown form');
      return;
    }
    if (parsed.data.type === 'ready') {
      const { view } = this.talk;
      this.#post({ type: 'init', strings: panelStrings(), language: vscode.env.language, view });
      return;
    }
    const { id, action } = parsed.data;
    this.#act(action).then(
      (problem) =>
        this.#post({ type: 'reply', id, ...(problem === undefined ? {} : { problem: problem.slice(0, 2_000) }) }),
      (error: unknown) => {
        const words = error instanceof Error ? error.message : String(error);
        this.#ports.log.error(`Analysis panel, ${action.do}: ${words}`);
        this.#post({ type: 'reply', id, problem: words.slice(0, 2_000) });
      },
    );
  }

  /** Answers once the wish is taken, not once it is done; a text says why it is not. */
  async #act(action: AnalysisAction): Promise<string | undefined> {
    const { talk } = this;
    switch (action.do) {
      case 'send':
        if (talk.view.phase !== 'preview') return undefined;
        await this.#ports.onSend(action.remember);
        talk.show({ agreed: true });
        this.start();
        return undefined;
      case 'close':
        this.close();
        return undefined;
      case 'stop':
        talk.stop();
        return undefined;
      case 'askAgain':
        this.#ask(() => talk.askAgain());
        return undefined;
      case 'followUp':
        this.#ask(() => talk.followUp(action.text));
        return undefined;
      case 'explainRoute':
        await this.#explain(action.turn);
        return undefined;
      case 'copyAnswer':
        await vscode.env.clipboard.writeText(talk.view.turns.find(({ id }) => id === action.turn)?.text ?? '');
        return undefined;
      case 'copyCode':
        await vscode.env.clipboard.writeText(action.text);
        return undefined;
      case 'openLink':
        return openLink(action.href);
      case 'showFix':
        return this.#fix(action.turn, action.fix, 'shown');
      case 'applyFix':
        return this.#fix(action.turn, action.fix, 'applied');
      case 'addKey':
        void vscode.commands.executeCommand('aiKeys.addKey' satisfies CommandId);
        return undefined;
      case 'importEnv':
        void vscode.commands.executeCommand('aiKeys.importEnv' satisfies CommandId);
        return undefined;
    }
  }

  /** Without a key nothing was sent and nothing shown: with the first key it is shown before it goes. */
  #ask(run: () => Promise<void>): void {
    const { agreed, preview } = this.talk.view;
    if (agreed || preview === undefined || !this.#ports.canSend()) this.#run(run());
    else this.talk.backToPreview();
  }

  async #explain(turnId: number): Promise<void> {
    const route = this.talk.view.turns.find(({ id }) => id === turnId)?.routeId;
    await vscode.commands.executeCommand('aiKeys.explainRoute' satisfies CommandId, route);
  }

  async #fix(turnId: number, index: number, wish: 'shown' | 'applied'): Promise<string | undefined> {
    const fix = this.talk.fix(turnId, index);
    const state = this.talk.view.turns.find(({ id }) => id === turnId)?.fixes[index]?.state;
    if (fix === undefined || state === undefined || state === 'refused')
      return vscode.l10n.t('This fix is no longer there.');
    if (wish === 'applied' && state !== 'shown') return panelStrings().fixShownFirst;
    const { fixes } = this.#ports;
    // Never over the panel: the word to apply it is given there.
    const column = this.#panel.viewColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
    const outcome: FixOutcome = wish === 'shown' ? await fixes.show(fix, column) : await fixes.apply(fix, column);
    if (outcome.ok) this.talk.markFix(turnId, index, wish);
    else this.talk.markFix(turnId, index, state, outcome.problem);
    return undefined;
  }

  #run(talking: Promise<void>): void {
    talking.catch((error: unknown) => {
      this.#ports.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    });
  }
}

/** A model wrote these: the web over TLS and nothing else, and VS Code asks before it goes there. */
async function openLink(href: string): Promise<string | undefined> {
  if (!URL.canParse(href) || new URL(href).protocol !== 'https:') {
    return vscode.l10n.t('This link is not opened: only https links are.');
  }
  await vscode.env.openExternal(vscode.Uri.parse(href, true));
  return undefined;
}
