import { lazy } from '../core/lazy.ts';
import type { Cancel } from '../core/ports.ts';
import type { ChatAnswer, ChatPart, ChatRequest } from '../core/routing/chat.ts';
import type { Route } from '../core/routing/route.ts';
import type { Router } from '../core/routing/router.ts';
import type { RouterPorts } from '../core/routing/routerPorts.ts';

/** The router, loaded with the first request: activation stays within its budget. */
export class LazyRouter {
  readonly #ports: RouterPorts;
  readonly #listeners = new Set<() => void>();
  readonly #answerListeners = new Set<(answer: ChatAnswer) => void>();
  #router: Router | undefined;

  constructor(ports: RouterPorts) {
    this.#ports = ports;
  }

  get busy(): number {
    return this.#router?.busy ?? 0;
  }

  get isOffline(): boolean {
    return this.#router?.isOffline ?? false;
  }

  async *stream(request: ChatRequest): AsyncGenerator<ChatPart, void, undefined> {
    yield* (await this.#load()).stream(request);
  }

  async chat(request: ChatRequest): Promise<ChatAnswer> {
    return (await this.#load()).chat(request);
  }

  async explain(routeId?: string): Promise<Route | undefined> {
    return (await this.#load()).explain(routeId);
  }

  routes(): Promise<readonly Route[]> {
    return this.#ports.ledger.routes();
  }

  clearCache(): void {
    this.#router?.clearCache();
  }

  onDidChange(listener: () => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onAnswer(listener: (answer: ChatAnswer) => void): Cancel {
    this.#answerListeners.add(listener);
    return () => void this.#answerListeners.delete(listener);
  }

  readonly #load = lazy(() => this.#construct());

  async #construct(): Promise<Router> {
    const { Router: Loaded } = await import('../core/routing/router.ts');
    const router = new Loaded(this.#ports);
    router.onDidChange(() => {
      for (const listener of this.#listeners) listener();
    });
    router.onAnswer((answer) => {
      for (const listener of this.#answerListeners) listener(answer);
    });
    this.#router = router;
    return router;
  }
}
