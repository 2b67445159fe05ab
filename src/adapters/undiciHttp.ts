import * as tls from 'node:tls';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import { type Cancel, type Http, HttpError, type HttpRequest, type HttpResponse } from '../core/ports.ts';
import { type HostFetch, sendThroughHost } from './hostFetchHttp.ts';
import { isWayBlocked } from './httpProblem.ts';
import { type HttpConfig, proxyFor } from './proxyChoice.ts';
import { UndiciExchange } from './undiciExchange.ts';

export type UndiciHttpOptions = {
  readonly config: () => HttpConfig;
  /** Connections made under the old configuration are let go when it changes. */
  readonly onConfigChanged?: (listener: () => void) => Cancel;
  /** The host's `fetch`, for the one try when the direct way is closed. Undefined: no such try. */
  readonly hostFetch?: HostFetch;
  /** Trusted certificates, PEM. By default Node's own and, where wanted, the system's. */
  readonly certificates?: (config: HttpConfig) => readonly string[];
};

type TlsChoice = { readonly secureContext: tls.SecureContext; readonly rejectUnauthorized: boolean };

const connectTimeoutMs = 10_000;

/**
 * The `Http` port over undici: pooled keep-alive connections, proxies and certificates as VS Code and
 * the environment name them. Heavy: who composes it loads it with the first request. Follows no redirect.
 */
export class UndiciHttp implements Http {
  readonly #options: UndiciHttpOptions;
  readonly #stopListening: Cancel | undefined;
  readonly #dispatchers = new Map<string, Dispatcher>();
  /** Origins that answered through the host's `fetch` when they did not directly. */
  readonly #throughHost = new Set<string>();
  #config: HttpConfig | undefined;
  #secureContext: tls.SecureContext | undefined;

  constructor(options: UndiciHttpOptions) {
    this.#options = options;
    this.#stopListening = options.onConfigChanged?.(() => this.#forget());
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    const headers = headersOf(request);
    if (this.#throughHost.has(url.origin)) return await this.#sendRemembered(request, url, headers);
    try {
      return await this.#sendDirectly(request, url, headers);
    } catch (error) {
      const { hostFetch } = this.#options;
      if (!(error instanceof HttpError) || !isWayBlocked(error) || hostFetch === undefined) throw error;
      const response = await this.#tryHost(hostFetch, request, headers);
      if (response === undefined) throw error;
      this.#throughHost.add(url.origin);
      return response;
    }
  }

  dispose(): void {
    this.#stopListening?.();
    for (const dispatcher of this.#dispatchers.values()) void dispatcher.destroy().catch(() => {});
    this.#dispatchers.clear();
  }

  async #sendDirectly(request: HttpRequest, url: URL, headers: Record<string, string>): Promise<HttpResponse> {
    if (request.signal.aborted) throw new HttpError('aborted', `${url.origin}: aborted`, true);
    const config = (this.#config ??= this.#options.config());
    const proxy = proxyFor(url, config);
    const dispatcher = this.#dispatcherFor(url, proxy, config);
    return await new Promise<HttpResponse>((resolve, reject) => {
      const exchange = new UndiciExchange(request, url, proxy !== undefined, { resolve, reject });
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers,
          body: request.body ?? null,
          headersTimeout: request.headersTimeoutMs,
          bodyTimeout: request.idleTimeoutMs,
        },
        exchange,
      );
    });
  }

  /** Undefined: this way is closed too, so the first error is the one to tell. */
  async #tryHost(
    fetch: HostFetch,
    request: HttpRequest,
    headers: Record<string, string>,
  ): Promise<HttpResponse | undefined> {
    try {
      return await sendThroughHost(fetch, request, headers);
    } catch (error) {
      if (error instanceof HttpError && !error.beforeConnect) throw error;
      return undefined;
    }
  }

  async #sendRemembered(request: HttpRequest, url: URL, headers: Record<string, string>): Promise<HttpResponse> {
    const { hostFetch } = this.#options;
    if (hostFetch === undefined) return await this.#sendDirectly(request, url, headers);
    try {
      return await sendThroughHost(hostFetch, request, headers);
    } catch (error) {
      // The network may have changed: the next request tries the direct way again.
      this.#throughHost.delete(url.origin);
      throw error;
    }
  }

  #dispatcherFor(url: URL, proxy: string | undefined, config: HttpConfig): Dispatcher {
    const name = `${url.protocol} ${proxy ?? ''}`;
    const known = this.#dispatchers.get(name);
    if (known !== undefined) return known;
    const tlsOptions =
      url.protocol === 'https:' || proxy?.startsWith('https:') === true ? this.#tlsOptions(config) : {};
    const connect = { timeout: connectTimeoutMs, ...tlsOptions };
    const dispatcher = proxy === undefined ? new Agent({ connect }) : this.#proxyAgent(url, proxy, connect);
    this.#dispatchers.set(name, dispatcher);
    return dispatcher;
  }

  #proxyAgent(url: URL, proxy: string, connect: Partial<TlsChoice> & { readonly timeout: number }): Dispatcher {
    const address = URL.canParse(proxy) ? new URL(proxy) : undefined;
    if (address === undefined) throw new HttpError('proxy', `the proxy for ${url.origin} is no address`, true);
    const authorization = this.#config?.proxyAuthorization ?? basicAuthorization(address);
    address.username = '';
    address.password = '';
    try {
      return new ProxyAgent({
        uri: address.href,
        requestTls: connect,
        proxyTls: connect,
        ...(authorization === undefined ? {} : { token: authorization }),
      });
    } catch {
      throw new HttpError('proxy', `a proxy of this kind is not supported (${address.protocol})`, true);
    }
  }

  /** One context for all connections: to parse some 150 certificates takes longer than a handshake. */
  #tlsOptions(config: HttpConfig): TlsChoice {
    const read = this.#options.certificates ?? trustedCertificates;
    this.#secureContext ??= tls.createSecureContext({ ca: [...read(config)] });
    return { secureContext: this.#secureContext, rejectUnauthorized: config.strictSSL };
  }

  #forget(): void {
    const old = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    this.#throughHost.clear();
    this.#config = undefined;
    this.#secureContext = undefined;
    // Requests under way end on their old connections.
    for (const dispatcher of old) void dispatcher.close().catch(() => {});
  }
}

function headersOf({ headers, auth }: HttpRequest): Record<string, string> {
  return auth === undefined ? { ...headers } : { ...headers, [auth.header]: `${auth.scheme} ${auth.secret.reveal()}` };
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Hosts of 2025 may lack the call: then Node's own list, as it would be without us. */
function trustedCertificates({ systemCertificates }: HttpConfig): readonly string[] {
  if (typeof tls.getCACertificates !== 'function') return tls.rootCertificates;
  const own = tls.getCACertificates('default');
  return systemCertificates ? [...new Set([...own, ...tls.getCACertificates('system')])] : own;
}
