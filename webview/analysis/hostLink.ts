import {
  replyTimeoutMs,
  toAnalysisPanel,
  type AnalysisAction,
  type FromAnalysisPanel,
  type ToAnalysisPanel,
} from '../../src/shared/analysisMessages.ts';
import { analysisView, type AnalysisView } from '../../src/shared/analysisView.ts';

type Waiting = { readonly settle: (problem: string | undefined) => void; readonly timer: number };

/** The wire to the extension. What comes in is parsed; each request is answered or has failed in five seconds. */
export class HostLink {
  readonly #api = acquireVsCodeApi();
  readonly #waiting = new Map<number, Waiting>();
  readonly #noReply: () => string;
  #next = 0;

  constructor(receive: (message: Exclude<ToAnalysisPanel, { type: 'reply' }>) => void, noReply: () => string) {
    this.#noReply = noReply;
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const parsed = toAnalysisPanel.safeParse(data);
      if (!parsed.success) return;
      if (parsed.data.type === 'reply') this.#settle(parsed.data.id, parsed.data.problem);
      else receive(parsed.data);
    });
  }

  ready(): void {
    this.#post({ type: 'ready' });
  }

  /** What went wrong, in words for the user; undefined when it was done. */
  ask(action: AnalysisAction): Promise<string | undefined> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((settle) => {
      const timer = window.setTimeout(() => this.#settle(id, this.#noReply()), replyTimeoutMs);
      this.#waiting.set(id, { settle, timer });
      this.#post({ type: 'request', id, action });
    });
  }

  /** For the next session of VS Code, and for when the panel was hidden. */
  remember(view: AnalysisView): void {
    this.#api.setState(view);
  }

  remembered(): AnalysisView | undefined {
    return analysisView.safeParse(this.#api.getState()).data;
  }

  #settle(id: number, problem: string | undefined): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    window.clearTimeout(waiting.timer);
    waiting.settle(problem);
  }

  #post(message: FromAnalysisPanel): void {
    this.#api.postMessage(message);
  }
}
