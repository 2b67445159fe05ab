import {
  toAnalysisPanel,
  type AnalysisAction,
  type FromAnalysisPanel,
  type ToAnalysisPanel,
} from '../../src/shared/analysisMessages.ts';
import type { AnalysisStrings } from '../../src/shared/analysisStrings.ts';
import type { AnalysisTurn, AnalysisView } from '../../src/shared/analysisView.ts';
import { button, progressRing, textArea } from '../components.ts';
import { element } from '../element.ts';
import { HostLink } from '../hostLink.ts';
import { previewView, sentView } from './previewView.ts';
import { TurnView } from './turnView.ts';

/** How long a passing word such as "Copied" stays. */
const passingMs = 4_000;

type Answer = { readonly problem?: string | undefined };

/** The analysis panel: paints what its host says and tells it what the user wants. */
export class AnalysisPage {
  readonly #root: HTMLElement;
  readonly #host: HostLink<AnalysisAction, Answer>;
  readonly #head = element('header');
  readonly #body = element('div', { className: 'body' });
  readonly #turnList = element('div', { className: 'turns' });
  readonly #foot = element('footer');
  /** Read out without being looked at: the state of things, never the tokens as they come. */
  readonly #spoken = element('p', { className: 'spoken' });
  readonly #problem = element('p', { className: 'problem' });
  readonly #turns = new Map<number, TurnView>();
  #strings: AnalysisStrings | undefined;
  #view: AnalysisView | undefined;
  #painted: string | undefined;
  #stop: HTMLElement | undefined;
  #passing: number | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#host = new HostLink(
      (data) => this.#receive(data),
      () => this.#strings?.noReply ?? '',
    );
    this.#spoken.setAttribute('role', 'status');
    this.#spoken.setAttribute('aria-live', 'polite');
    this.#problem.setAttribute('role', 'alert');
    root.append(this.#head, this.#body, this.#problem, this.#foot, this.#spoken);
  }

  begin(): void {
    this.#host.post({ type: 'ready' } satisfies FromAnalysisPanel);
  }

  #receive(data: unknown): void {
    const parsed = toAnalysisPanel.safeParse(data);
    if (parsed.success) this.#take(parsed.data);
  }

  #take(message: ToAnalysisPanel): void {
    switch (message.type) {
      case 'reply':
        this.#host.answered(message.id, message);
        return;
      case 'init':
        this.#strings = message.strings;
        document.documentElement.lang = message.language;
        this.#show(message.view);
        return;
      case 'view':
        this.#show(message.view);
        return;
      case 'text':
        this.#append(message);
        return;
      case 'progress':
        this.#turns.get(message.turn)?.addProgress(message.text);
        this.#say(message.text);
    }
  }

  #append({ turn, at, text }: { turn: number; at: number; text: string }): void {
    const shown = this.#turns.get(turn);
    if (shown === undefined || shown.text.length !== at) {
      // Something was missed while the panel was hidden.
      this.begin();
      return;
    }
    if (at === 0) this.#say(this.#strings?.answering ?? '');
    const follow = isAtEnd();
    shown.append(text);
    if (follow) window.requestAnimationFrame(scrollToEnd);
  }

  #show(view: AnalysisView): void {
    const strings = this.#strings;
    if (strings === undefined) return;
    const before = this.#view;
    this.#view = view;
    this.#host.remember(view);
    const frame = JSON.stringify([view.phase, view.title, view.place, view.hasKeys, view.preview]);
    if (frame !== this.#painted) this.#paintFrame(view, strings);
    this.#painted = frame;
    for (const [id, turn] of this.#turns) {
      if (view.turns.some((other) => other.id === id)) continue;
      turn.root.remove();
      this.#turns.delete(id);
    }
    const last = view.turns.at(-1);
    // Guidance that was asked of no model has no messages to ask again.
    const canAsk = view.first.length > 0;
    for (const turn of view.turns) this.#showTurn(turn, canAsk && turn === last, strings);
    this.#showFoot(view, strings);
    this.#announce(before?.turns.at(-1), last, strings);
  }

  #paintFrame(view: AnalysisView, strings: AnalysisStrings): void {
    this.#head.replaceChildren(
      element('h1', { text: view.title }),
      ...(view.place === undefined ? [] : [element('p', { className: 'place', text: view.place })]),
    );
    this.#body.replaceChildren(...this.#phase(view, strings));
    if (view.phase === 'preview') this.#say(strings.whatWillBeSent);
  }

  #phase(view: AnalysisView, strings: AnalysisStrings): readonly Node[] {
    const ports = { strings, act: (action: AnalysisAction) => this.#act(action) };
    switch (view.phase) {
      case 'gathering':
        return [
          element('p', {
            className: 'progress',
            children: [progressRing(), element('span', { text: strings.gathering })],
          }),
        ];
      case 'nothing':
        return [element('p', { text: strings.nothing })];
      case 'preview':
        return view.preview === undefined ? [] : [previewView(view.preview, ports)];
      case 'talk':
        return [
          this.#turnList,
          ...(view.hasKeys ? [] : [this.#addKeys(strings)]),
          ...(view.preview === undefined || !view.hasKeys ? [] : [sentView(view.preview, strings)]),
        ];
    }
  }

  #addKeys(strings: AnalysisStrings): HTMLElement {
    return element('div', {
      className: 'buttons',
      children: [
        button(strings.addKey, 'primary', () => this.#act({ do: 'addKey' })),
        button(strings.importEnv, 'secondary', () => this.#act({ do: 'importEnv' })),
      ],
    });
  }

  #showTurn(turn: AnalysisTurn, canAskAgain: boolean, strings: AnalysisStrings): void {
    const shown = this.#turns.get(turn.id) ?? new TurnView(turn, { strings, act: (action) => this.#act(action) });
    if (!this.#turns.has(turn.id)) {
      this.#turns.set(turn.id, shown);
      this.#turnList.append(shown.root);
    }
    const isNew = turn.state === 'running' && shown.root.getAttribute('aria-busy') === null;
    shown.update(turn, canAskAgain);
    // A follow-up is asked at the foot of a long page: its answer must not begin out of sight.
    if (isNew && turn.id > 0) shown.root.scrollIntoView({ block: 'start' });
  }

  /** The field for the next question, and Stop while an answer is under way. */
  #showFoot(view: AnalysisView, strings: AnalysisStrings): void {
    const running = view.turns.at(-1)?.state === 'running';
    const can = view.phase === 'talk' && view.first.length > 0 && view.turns.length > 0;
    if (!can) {
      this.#foot.replaceChildren();
      this.#stop = undefined;
      return;
    }
    if (this.#stop === undefined) this.#buildFoot(strings);
    this.#foot.classList.toggle('running', running);
  }

  #buildFoot(strings: AnalysisStrings): void {
    const field = textArea({ label: strings.followUpLabel, placeholder: strings.followUpPlaceholder });
    const ask = (): void => {
      const text = field.value.trim();
      if (text === '' || this.#foot.classList.contains('running')) return;
      field.value = '';
      this.#act({ do: 'followUp', text });
    };
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      ask();
    });
    const send = button(strings.askFollowUp, 'primary', ask);
    send.classList.add('send');
    this.#stop = button(strings.stop, 'secondary', () => this.#act({ do: 'stop' }));
    this.#stop.classList.add('stop');
    this.#foot.replaceChildren(field, element('div', { className: 'buttons', children: [send, this.#stop] }));
  }

  #announce(before: AnalysisTurn | undefined, now: AnalysisTurn | undefined, strings: AnalysisStrings): void {
    if (now === undefined || (before?.id === now.id && before.state === now.state)) return;
    if (now.state === 'running') this.#say(strings.asking);
    else if (now.state === 'failed') this.#say(`${strings.failed}. ${now.error ?? ''}`);
    else if (now.state === 'cancelled') this.#say(strings.cancelled);
    else if (now.state === 'cutOff') this.#say(strings.cutOff);
    else this.#say(now.degraded ? strings.degraded : strings.done.replace('{0}', now.facts.join(', ')));
  }

  #act(action: AnalysisAction): void {
    this.#problem.textContent = '';
    void this.#host.ask(action).then(({ problem }) => {
      if (problem !== undefined) this.#problem.textContent = problem;
      else if (action.do === 'copyAnswer' || action.do === 'copyCode') this.#pass(this.#strings?.copied ?? '');
    });
  }

  #say(text: string): void {
    this.#spoken.textContent = text;
  }

  /** Seen and heard for a moment. */
  #pass(text: string): void {
    this.#say(text);
    this.#root.dataset['passing'] = text;
    window.clearTimeout(this.#passing);
    this.#passing = window.setTimeout(() => delete this.#root.dataset['passing'], passingMs);
  }
}

/** Whoever has scrolled back to read is left there. */
const isAtEnd = (): boolean =>
  window.scrollY > 0 && window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 24;

const scrollToEnd = (): void => window.scrollTo({ top: document.documentElement.scrollHeight });
