import * as vscode from 'vscode';

import { gatherErrorContext } from '../../core/analysis/errorContext.ts';
import { analysisMessages, questionMessages } from '../../core/analysis/prompt.ts';
import { maskSecrets } from '../../core/analysis/secretMasking.ts';
import { sendPreview } from '../../core/analysis/sendPreview.ts';
import { guidance } from '../../core/guidance/guidance.ts';
import { guidanceMarkdown } from '../../core/guidance/guidanceMarkdown.ts';
import type { Message } from '../../core/providers/message.ts';
import { analysisView, type AnalysisView } from '../../shared/analysisView.ts';
import { setContextKey } from '../contextKeys.ts';
import { plainText } from '../plainText.ts';
import { AnalysisPanel, analysisViewType } from './analysisPanel.ts';
import type { AnalysisPorts } from './analysisPorts.ts';
import { sourceIn, sourceInEditor, titleOf, typedSource, type ErrorSource } from './errorSource.ts';
import { FixReview } from './fixReview.ts';
import { neverSend } from './neverSend.ts';
import { WorkspaceFiles } from './workspaceFiles.ts';

const withoutAsking = 'aiKeys.analysis.sendWithoutAsking';

/** Where analyses begin: it finds what is meant, shows what will be sent, and opens the panel. */
export class AnalysisDesk implements vscode.Disposable {
  readonly #ports: AnalysisPorts;
  readonly #files = new WorkspaceFiles();
  readonly #fixes: FixReview;
  #newest: vscode.WebviewPanel | undefined;

  constructor(ports: AnalysisPorts) {
    this.#ports = ports;
    this.#fixes = new FixReview(this.#files, () => ports.settings()['analysis.neverSend']);
  }

  async analyze(argument: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const source = sourceIn(argument, this.#files) ?? sourceInEditor(editor, this.#files) ?? (await typedSource());
    if (source === undefined) return;
    const panel = this.#open(emptyView(vscode.l10n.t('Analyzing…'), placeOf(source)), 'analyzeError');
    const settings = this.#ports.settings();
    const context = await gatherErrorContext({
      errorText: source.text,
      reader: this.#files,
      neverSend: neverSend(settings['analysis.neverSend']),
      contextLines: settings['analysis.contextLines'],
      known: await this.#ports.known(),
      ...(source.focus === undefined ? {} : { focus: source.focus }),
      ...(source.language === undefined ? {} : { languageHint: source.language }),
    });
    if (context.errorText.trim() === '') {
      panel.close();
      void vscode.window.showWarningMessage(
        vscode.l10n.t('This file is never sent: the setting aiKeys.analysis.neverSend names it.'),
      );
      return;
    }
    const messages = analysisMessages(context, this.#answerIn());
    const { headline, text } = sendPreview(vscode.l10n, context, messages);
    // The panel has a heading and the headline of its own.
    const preview = { headline, text: text.slice(Math.max(0, text.indexOf('\n## ') + 1)) };
    this.#begin(panel, { title: titleOf(context.errorText), messages, preview, workspace: true });
  }

  /** The argument only fills the box: the user sends it. */
  async ask(argument: unknown): Promise<void> {
    const question = await vscode.window.showInputBox({
      title: vscode.l10n.t('Ask a Question'),
      prompt: vscode.l10n.t('Goes to the next key that can answer, with nothing from your files.'),
      placeHolder: vscode.l10n.t('What do you want to know?'),
      ignoreFocusOut: true,
      ...(typeof argument === 'string' ? { value: argument.slice(0, 20_000) } : {}),
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('There is no question yet.') : undefined),
    });
    if (question === undefined || question.trim() === '') return;
    const known = await this.#ports.known();
    const messages = questionMessages(question.trim(), this.#answerIn(), known);
    const title = plainText(maskSecrets(question, { known }).text, 140);
    const panel = this.#open(emptyView(title), 'ask');
    const words = messages.map(({ role, content }) => `### ${role}\n\n${textOf(content)}`).join('\n\n');
    const headline = vscode.l10n.t('Your question, with nothing from your files');
    this.#begin(panel, { title, messages, preview: { headline, text: words }, workspace: false });
  }

  /** The local guidance on the selection, on a text, or on a sample: nothing is sent. */
  async tryWithoutKey(argument: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const source = sourceIn(argument, this.#files) ?? sourceInEditor(editor, this.#files);
    const text = source?.text ?? (await this.#sampleOrTyped());
    if (text === undefined || text.trim() === '') return;
    const masked = maskSecrets(text, { known: await this.#ports.known() }).text;
    const title = titleOf(masked);
    const panel = this.#open({ ...emptyView(title), phase: 'talk', hasKeys: this.#ports.canSend() }, 'tryWithoutKey');
    const found = guidance({ l10n: vscode.l10n, text: masked });
    panel.talk.answerLocally(title, guidanceMarkdown(vscode.l10n, found));
    setContextKey('aiKeys.triedWithoutKey', true);
  }

  /** A panel of the last session. What it showed is there again; nothing is sent by that. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const parsed = analysisView.safeParse(state);
    const lost = { ...emptyView(vscode.l10n.t('Analyze Error')), phase: 'nothing' as const };
    const view = parsed.success && parsed.data.phase !== 'gathering' ? parsed.data : lost;
    this.#panel(panel, { ...view, hasKeys: this.#ports.canSend() }, 'analyzeError');
  }

  dispose(): void {
    this.#fixes.dispose();
  }

  #begin(
    panel: AnalysisPanel,
    {
      title,
      messages,
      preview,
      workspace,
    }: {
      readonly title: string;
      readonly messages: readonly Message[];
      readonly preview: { readonly headline: string; readonly text: string };
      /** Whether something of the workspace goes out. */
      readonly workspace: boolean;
    },
  ): void {
    const hasKeys = this.#ports.canSend();
    const due = this.#ports.notice.due(this.#ports.usableProviders());
    const trusted = vscode.workspace.isTrusted;
    const agreed = !workspace || (trusted && this.#ports.workspaceState.get(withoutAsking) === true);
    const first = messages.map(({ role, content }) => ({
      role: role === 'system' ? role : ('user' as const),
      content: textOf(content),
    }));
    const notice = due === undefined ? {} : { notice: { text: due.text, links: [...due.links] } };
    const shown = { ...preview, canRemember: workspace && trusted, ...notice };
    // Without a key nothing is sent: the answer is the local guidance.
    const ask = hasKeys && (!agreed || due !== undefined);
    panel.show({ title, first, preview: shown, hasKeys, agreed: hasKeys && !ask, phase: ask ? 'preview' : 'talk' });
    if (!ask) panel.start();
  }

  #open(view: AnalysisView, askedBy: string): AnalysisPanel {
    const panel = vscode.window.createWebviewPanel(analysisViewType, view.title, {
      // A second panel stands with the first, rather than in a third column.
      viewColumn: this.#newest?.viewColumn ?? vscode.ViewColumn.Beside,
      preserveFocus: false,
    });
    this.#newest = panel;
    panel.onDidDispose(() => {
      if (this.#newest === panel) this.#newest = undefined;
    });
    return this.#panel(panel, view, askedBy);
  }

  #panel(panel: vscode.WebviewPanel, view: AnalysisView, askedBy: string): AnalysisPanel {
    const { settings, workspaceState, notice, usableProviders } = this.#ports;
    return new AnalysisPanel(panel, view, {
      ...this.#ports,
      l10n: vscode.l10n,
      fixes: this.#fixes,
      askedBy,
      sampling: () => ({
        temperature: settings()['analysis.temperature'],
        maxTokens: settings()['analysis.maxTokens'],
      }),
      onSend: async (remember) => {
        await notice.due(usableProviders())?.said();
        if (remember && vscode.workspace.isTrusted) await workspaceState.update(withoutAsking, true);
      },
    });
  }

  #answerIn(): { readonly wanted: string; readonly ui: string } {
    return { wanted: this.#ports.settings()['analysis.answerLanguage'], ui: vscode.env.language };
  }

  async #sampleOrTyped(): Promise<string | undefined> {
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('Try Without a Key'),
      value: "TypeError: Cannot read properties of undefined (reading 'map')",
      prompt: vscode.l10n.t('Enter takes this sample, or type an error of your own. Nothing is sent anywhere.'),
      ignoreFocusOut: true,
    });
    return typed?.trim();
  }
}

const emptyView = (title: string, place?: string): AnalysisView => ({
  version: 1,
  title,
  phase: 'gathering',
  first: [],
  turns: [],
  hasKeys: true,
  agreed: false,
  ...(place === undefined ? {} : { place }),
});

const placeOf = ({ focus }: ErrorSource): string | undefined =>
  focus === undefined ? undefined : `${focus.path}:${focus.startLine}`;

const textOf = (content: Message['content']): string =>
  typeof content === 'string'
    ? content
    : content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
