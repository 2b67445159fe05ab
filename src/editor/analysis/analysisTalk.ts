import { parseFixes, type Fix } from '../../core/analysis/fix.ts';
import { followUpMessages, type Turn } from '../../core/analysis/prompt.ts';
import type { KnownSecret } from '../../core/analysis/secretMasking.ts';
import type { Clock, L10n } from '../../core/ports.ts';
import type { Message } from '../../core/providers/message.ts';
import type { ChatAnswer, ChatPart, ChatRequest } from '../../core/routing/chat.ts';
import { ChatError } from '../../core/routing/chatError.ts';
import type { ToAnalysisPanel } from '../../shared/analysisMessages.ts';
import type { AnalysisTurn, AnalysisView } from '../../shared/analysisView.ts';
import { Throttle } from '../throttle.ts';
import { answerFacts } from './answerFacts.ts';

export type AnalysisTalkPorts = {
  readonly router: { stream(request: ChatRequest): AsyncIterable<ChatPart> };
  readonly clock: Clock;
  readonly l10n: L10n;
  readonly known: () => Promise<readonly KnownSecret[]>;
  readonly nameOfKey: (ref: string) => string;
  readonly sampling: () => { readonly temperature: number; readonly maxTokens: number };
  readonly askedBy: string;
  readonly post: (message: ToAnalysisPanel) => void;
};

/** Twenty messages a second at the most, however fast the tokens come. */
const textEveryMs = 50;
const maxProgress = 100;
/** The schema's bound is higher; no answer comes near. */
const maxText = 300_000;

/** One conversation about an error: what was asked, the answers as they stream in, their fixes. */
export class AnalysisTalk {
  readonly #ports: AnalysisTalkPorts;
  #view: AnalysisView;
  #running: AbortController | undefined;

  constructor(view: AnalysisView, ports: AnalysisTalkPorts) {
    this.#ports = ports;
    this.#view = { ...view, turns: view.turns.map(ended) };
  }

  get view(): AnalysisView {
    return this.#view;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Changes what is shown besides the turns. */
  show(change: Partial<Omit<AnalysisView, 'turns' | 'version'>>): void {
    this.#view = { ...this.#view, ...change };
    this.#postView();
  }

  /** The first question, whose messages are in the view. */
  async start(question: string): Promise<void> {
    if (this.busy || this.#view.turns.length > 0) return;
    this.#view = { ...this.#view, phase: 'talk', turns: [newTurn(0, question)] };
    await this.#run(false);
  }

  async followUp(question: string): Promise<void> {
    if (this.busy) return;
    const { turns } = this.#view;
    this.#view = { ...this.#view, turns: [...turns, newTurn(turns.length, question)] };
    await this.#run(false);
  }

  /** The last question once more, past the cache. */
  async askAgain(): Promise<void> {
    const last = this.#view.turns.at(-1);
    if (this.busy || last === undefined) return;
    this.#change(newTurn(last.id, last.question));
    await this.#run(true);
  }

  stop(): void {
    this.#running?.abort();
  }

  /** Back to what would be sent, where it was not sent yet. */
  backToPreview(): void {
    if (this.busy) return;
    this.#view = { ...this.#view, phase: 'preview', turns: [], hasKeys: true };
    this.#postView();
  }

  /** An answer that no model gave: the local guidance. */
  answerLocally(question: string, text: string): void {
    const turn = { ...newTurn(0, question), text, state: 'done', degraded: true } satisfies AnalysisTurn;
    const facts = [this.#ports.l10n.t('Local guidance, no model asked')];
    this.#view = { ...this.#view, phase: 'talk', turns: [{ ...turn, facts }] };
    this.#postView();
  }

  fix(turn: number, index: number): Fix | undefined {
    const text = this.#view.turns.find(({ id }) => id === turn)?.text;
    return text === undefined ? undefined : parseFixes(text).fixes[index];
  }

  markFix(turnId: number, index: number, state: AnalysisTurn['fixes'][number]['state'], note?: string): void {
    const turn = this.#view.turns.find(({ id }) => id === turnId);
    if (turn === undefined) return;
    const fixes = turn.fixes.map((fix, at) =>
      at === index ? { path: fix.path, state, ...(note === undefined ? {} : { note }) } : fix,
    );
    this.#change({ ...turn, fixes });
    this.#postView();
  }

  async #run(noCache: boolean): Promise<void> {
    const leave = new AbortController();
    this.#running = leave;
    this.#postView();
    const stream = new TextStream(this.#ports, (text) => this.#append(text));
    try {
      const { temperature, maxTokens } = this.#ports.sampling();
      const messages = await this.#messages();
      const request = { messages, temperature, maxTokens, noCache, signal: leave.signal, askedBy: this.#ports.askedBy };
      for await (const part of this.#ports.router.stream(request)) {
        if (part.type === 'text') stream.add(part.text);
        else if (part.type === 'progress') this.#progress(part.text);
        else if (part.type === 'answer') {
          stream.end();
          this.#finish(part.answer);
        }
      }
    } catch (error) {
      stream.end();
      this.#fail(error, leave.signal.aborted);
    } finally {
      stream.end();
      this.#running = undefined;
      this.#endOpenTurn();
      this.#postView();
    }
  }

  async #messages(): Promise<readonly Message[]> {
    const { first, turns } = this.#view;
    const later = turns
      .slice(1)
      .map((turn, index): Turn => ({ answer: turns[index]?.text ?? '', question: turn.question }));
    return followUpMessages(first, later, await this.#ports.known());
  }

  #append(added: string): void {
    const turn = this.#last();
    const text = added.slice(0, maxText - (turn?.text.length ?? 0));
    if (turn === undefined || text === '') return;
    this.#change({ ...turn, text: turn.text + text });
    this.#ports.post({ type: 'text', turn: turn.id, at: turn.text.length, text });
  }

  #progress(text: string): void {
    const turn = this.#last();
    if (turn === undefined) return;
    const line = text.slice(0, 2_000);
    this.#change({ ...turn, progress: [...turn.progress, line].slice(-maxProgress) });
    this.#ports.post({ type: 'progress', turn: turn.id, text: line });
  }

  #finish(answer: ChatAnswer): void {
    const turn = this.#last();
    if (turn === undefined) return;
    const { l10n, nameOfKey } = this.#ports;
    const { fixes, refused } = answer.degraded ? { fixes: [], refused: [] } : parseFixes(answer.content);
    this.#change({
      ...turn,
      text: answer.content.slice(0, maxText),
      state: answer.cutOff ? 'cutOff' : 'done',
      degraded: answer.degraded,
      facts: [...answerFacts(l10n, answer, nameOfKey)],
      routeId: answer.route.id,
      fixes: [
        ...fixes.map(({ path }) => ({ path, state: 'offered' as const })),
        ...refused.map(({ path, kind }) => ({
          path: path.slice(0, 2_000),
          state: 'refused' as const,
          note: refusedWords(l10n, kind),
        })),
      ],
      ...(answer.quotaWarning === undefined ? {} : { warning: answer.quotaWarning }),
    });
  }

  #fail(error: unknown, stopped: boolean): void {
    const turn = this.#last();
    if (turn === undefined) return;
    if (stopped || (error instanceof ChatError && error.kind === 'cancelled')) {
      this.#change({ ...turn, state: 'cancelled' });
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.#change({ ...turn, state: 'failed', error: message.slice(0, 2_000) });
    // What is no `ChatError` is a bug: the caller writes it to the log.
    if (!(error instanceof ChatError)) throw error;
  }

  /** A stream that ended without an answer was given up. */
  #endOpenTurn(): void {
    const turn = this.#last();
    if (turn !== undefined) this.#change(ended(turn));
  }

  #last(): AnalysisTurn | undefined {
    return this.#view.turns.at(-1);
  }

  #change(turn: AnalysisTurn): void {
    this.#view = { ...this.#view, turns: this.#view.turns.map((other) => (other.id === turn.id ? turn : other)) };
  }

  #postView(): void {
    this.#ports.post({ type: 'view', view: this.#view });
  }
}

/** Gathers tokens, so that the panel gets few messages. */
class TextStream {
  readonly #throttle: Throttle;
  readonly #pass: (text: string) => void;
  #waiting = '';

  constructor({ clock }: Pick<AnalysisTalkPorts, 'clock'>, pass: (text: string) => void) {
    this.#pass = pass;
    this.#throttle = new Throttle(clock, textEveryMs, () => this.#flush());
  }

  add(text: string): void {
    this.#waiting += text;
    this.#throttle.request();
  }

  end(): void {
    this.#throttle.dispose();
    this.#flush();
  }

  #flush(): void {
    if (this.#waiting === '') return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#pass(text);
  }
}

const newTurn = (id: number, question: string): AnalysisTurn => ({
  id,
  question,
  text: '',
  state: 'running',
  degraded: false,
  progress: [],
  facts: [],
  fixes: [],
});

const ended = (turn: AnalysisTurn): AnalysisTurn => (turn.state === 'running' ? { ...turn, state: 'cancelled' } : turn);

function refusedWords(l10n: L10n, kind: 'unsafePath' | 'malformed' | 'empty'): string {
  switch (kind) {
    case 'unsafePath':
      return l10n.t('It names a file outside the workspace.');
    case 'malformed':
      return l10n.t('It is not in a form that can be applied.');
    case 'empty':
      return l10n.t('It changes nothing.');
  }
}
