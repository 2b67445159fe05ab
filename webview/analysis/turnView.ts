import type { AnalysisAction } from '../../src/shared/analysisMessages.ts';
import type { AnalysisStrings } from '../../src/shared/analysisStrings.ts';
import type { AnalysisFix, AnalysisTurn } from '../../src/shared/analysisView.ts';
import { button, progressRing, textButton } from '../components.ts';
import { element } from '../element.ts';
import { AnswerText } from './answerText.ts';

export type TurnPorts = {
  readonly strings: AnalysisStrings;
  readonly act: (action: AnalysisAction) => void;
};

/** One question and its answer. */
export class TurnView {
  readonly root = element('section', { className: 'turn' });
  readonly #ports: TurnPorts;
  readonly #answer: AnswerText;
  readonly #facts = element('p', { className: 'facts' });
  readonly #progress = element('p', { className: 'progress' });
  readonly #after = element('div', { className: 'after' });
  #turn: AnalysisTurn;

  constructor(turn: AnalysisTurn, ports: TurnPorts) {
    const { strings, act } = ports;
    this.#ports = ports;
    this.#turn = turn;
    this.#answer = new AnswerText({
      copyCodeLabel: strings.copyCode,
      onCopyCode: (text) => act({ do: 'copyCode', text }),
      onLink: (href) => act({ do: 'openLink', href }),
    });
    if (turn.id > 0) this.root.append(this.#question(turn.question));
    this.root.append(this.#facts, this.#progress, this.#answer.root, this.#after);
  }

  get text(): string {
    return this.#turn.text;
  }

  append(text: string): void {
    this.#turn = { ...this.#turn, text: this.#turn.text + text };
    this.#answer.show(this.#turn.text);
  }

  addProgress(text: string): void {
    this.#turn = { ...this.#turn, progress: [...this.#turn.progress, text] };
    this.#showProgress();
  }

  update(turn: AnalysisTurn, canAskAgain: boolean): void {
    this.#turn = turn;
    const running = turn.state === 'running';
    this.root.setAttribute('aria-busy', String(running));
    this.#answer.show(turn.text);
    this.#facts.replaceChildren(...turn.facts.map((fact) => element('span', { className: 'fact', text: fact })));
    this.#facts.hidden = turn.facts.length === 0;
    this.#facts.classList.toggle('degraded', turn.degraded);
    this.#showProgress();
    this.#after.replaceChildren(...(running ? [] : this.#afterNodes(turn, canAskAgain)));
  }

  #question(text: string): HTMLElement {
    return element('div', {
      className: 'question',
      children: [element('h2', { text: this.#ports.strings.you }), element('p', { text })],
    });
  }

  #showProgress(): void {
    const { state, progress, text } = this.#turn;
    const waiting = state === 'running';
    this.#progress.hidden = !waiting;
    if (!waiting) return;
    const words = progress.at(-1) ?? (text === '' ? this.#ports.strings.asking : this.#ports.strings.answering);
    const [ring, label] = this.#progress.childNodes;
    if (ring === undefined || label === undefined)
      this.#progress.append(progressRing(), element('span', { text: words }));
    else if (label.textContent !== words) label.textContent = words;
  }

  #afterNodes(turn: AnalysisTurn, canAskAgain: boolean): readonly Node[] {
    const { strings } = this.#ports;
    return [
      ...(turn.state === 'cutOff' ? [note('warning', strings.cutOff)] : []),
      ...(turn.state === 'cancelled' ? [note('info', strings.cancelled)] : []),
      ...(turn.state === 'failed' ? [note('error', strings.failed, turn.error)] : []),
      ...(turn.warning === undefined ? [] : [note('warning', turn.warning)]),
      ...(turn.fixes.length === 0 ? [] : [this.#fixes(turn)]),
      ...(turn.progress.length === 0 ? [] : [this.#steps(turn.progress)]),
      this.#actions(turn, canAskAgain),
    ];
  }

  #fixes({ id, fixes }: AnalysisTurn): HTMLElement {
    const rows = fixes.map((fix, index) => this.#fix(id, fix, index));
    return element('div', {
      className: 'fixes',
      children: [element('h3', { text: this.#ports.strings.fixes }), element('ul', { children: rows })],
    });
  }

  #fix(turn: number, fix: AnalysisFix, index: number): HTMLElement {
    const { strings, act } = this.#ports;
    const show = button(strings.showFix, fix.state === 'offered' ? 'primary' : 'secondary', () =>
      act({ do: 'showFix', turn, fix: index }),
    );
    const apply = button(fix.state === 'applied' ? strings.applied : strings.apply, 'primary', () =>
      act({ do: 'applyFix', turn, fix: index }),
    );
    show.setAttribute('aria-label', `${strings.showFix}: ${fix.path}`);
    apply.setAttribute('aria-label', `${strings.apply}: ${fix.path}`);
    apply.disabled = fix.state !== 'shown';
    if (fix.state === 'offered') apply.title = strings.fixShownFirst;
    return element('li', {
      children: [
        element('code', { className: 'path', text: fix.path }),
        fix.state === 'refused' ? undefined : element('span', { className: 'buttons', children: [show, apply] }),
        fix.note === undefined ? undefined : element('p', { className: 'fix-note', text: fix.note }),
      ],
    });
  }

  #steps(progress: readonly string[]): HTMLElement {
    return element('details', {
      children: [
        element('summary', { text: this.#ports.strings.steps }),
        element('ul', { children: progress.map((text) => element('li', { text })) }),
      ],
    });
  }

  #actions({ id, routeId, text }: AnalysisTurn, canAskAgain: boolean): HTMLElement {
    const { strings, act } = this.#ports;
    return element('div', {
      className: 'actions',
      children: [
        canAskAgain ? textButton(strings.askAgain, () => act({ do: 'askAgain' })) : undefined,
        routeId === undefined ? undefined : textButton(strings.whyThisKey, () => act({ do: 'explainRoute', turn: id })),
        text === '' ? undefined : textButton(strings.copy, () => act({ do: 'copyAnswer', turn: id })),
      ],
    });
  }
}

function note(level: 'info' | 'warning' | 'error', text: string, more?: string): HTMLElement {
  return element('div', {
    className: `note ${level}`,
    children: [element('p', { text }), more === undefined ? undefined : element('p', { text: more })],
  });
}
