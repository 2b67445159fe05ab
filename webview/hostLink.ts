/** A request that is not answered after this long has failed. */
const replyTimeoutMs = 5_000;

type Waiting<Answer> = {
  readonly settle: (answer: Answer | { readonly problem: string }) => void;
  readonly timer: number;
};

/** The wire to the extension: each request is answered or has failed in five seconds. */
export class HostLink<Action, Answer> {
  readonly #api = acquireVsCodeApi();
  readonly #waiting = new Map<number, Waiting<Answer>>();
  readonly #noReply: () => string;
  #next = 0;

  /** `receive` gets what came as it came: it is to be parsed. */
  constructor(receive: (data: unknown) => void, noReply: () => string) {
    this.#noReply = noReply;
    window.addEventListener('message', ({ data }: MessageEvent<unknown>) => receive(data));
  }

  post(message: { readonly type: string }): void {
    this.#api.postMessage(message);
  }

  /** With `problem` in words for the user where it was not done. */
  ask(action: Action): Promise<Answer | { readonly problem: string }> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((settle) => {
      const timer = window.setTimeout(() => this.#settle(id, { problem: this.#noReply() }), replyTimeoutMs);
      this.#waiting.set(id, { settle, timer });
      this.#api.postMessage({ type: 'request', id, action });
    });
  }

  answered(id: number, answer: Answer): void {
    this.#settle(id, answer);
  }

  /** For the next session of VS Code, and for when the panel was hidden. */
  remember(state: unknown): void {
    this.#api.setState(state);
  }

  /** To be parsed: an older version may have written it. */
  remembered(): unknown {
    return this.#api.getState();
  }

  #settle(id: number, answer: Answer | { readonly problem: string }): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    window.clearTimeout(waiting.timer);
    waiting.settle(answer);
  }
}
