import { onHttpConfigChanged, vscodeHttpConfig } from '../adapters/vscodeHttpConfig.ts';
import type { Secret } from '../core/keys/secret.ts';
import { lazy } from '../core/lazy.ts';
import type { Clock, Http, L10n } from '../core/ports.ts';
import type { AttemptPart, AttemptResult, ChatCall, CheckResult, ModelsResult } from '../core/providers/chatCall.ts';
import type { ChatClient } from '../core/providers/chatClient.ts';
import type { Provider } from '../core/providers/provider.ts';

type Loaded = { readonly client: ChatClient; readonly http: Http; readonly dispose: () => void };

/** Provider client and HTTP, loaded with the first request. */
export class LazyClient {
  readonly #ports: { readonly clock: Clock; readonly userAgent: string; readonly l10n: L10n };
  #loaded: Loaded | undefined;
  #isDisposed = false;

  constructor(ports: { readonly clock: Clock; readonly userAgent: string; readonly l10n: L10n }) {
    this.#ports = ports;
  }

  async attempt(call: ChatCall, onPart: (part: AttemptPart) => void): Promise<AttemptResult> {
    return (await this.#load()).client.attempt(call, onPart);
  }

  async check(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<CheckResult> {
    return (await this.#load()).client.check(provider, secret, signal);
  }

  async models(provider: Provider, secret: Secret | undefined, signal: AbortSignal): Promise<ModelsResult> {
    return (await this.#load()).client.models(provider, secret, signal);
  }

  /** The same connections for others that speak HTTP. */
  readonly http: Http = { send: async (request) => (await this.#load()).http.send(request) };

  dispose(): void {
    this.#isDisposed = true;
    this.#loaded?.dispose();
  }

  readonly #load = lazy(() => this.#construct());

  async #construct(): Promise<Loaded> {
    const [{ UndiciHttp }, { ChatClient: Client }] = await Promise.all([
      import('../adapters/undiciHttp.ts'),
      import('../core/providers/chatClient.ts'),
    ]);
    const http = new UndiciHttp({
      config: vscodeHttpConfig,
      onConfigChanged: onHttpConfigChanged,
      // Looked up at each call: VS Code patches it after activation too.
      hostFetch: (input, init) => globalThis.fetch(input, init),
    });
    const client = new Client({ http, ...this.#ports });
    this.#loaded = { client, http, dispose: () => http.dispose() };
    if (this.#isDisposed) http.dispose();
    return this.#loaded;
  }
}
