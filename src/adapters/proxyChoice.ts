import { isLoopback } from '../core/providers/origin.ts';

/** What VS Code's settings and the environment say of the way out. */
export type HttpConfig = {
  /** `http.proxy` */
  readonly proxy?: string | undefined;
  /** `http.noProxy` */
  readonly noProxy?: readonly string[] | undefined;
  /** `http.proxyStrictSSL` */
  readonly strictSSL: boolean;
  /** `http.proxySupport`; anything but `off` lets a proxy be used. */
  readonly proxySupport: string;
  /** `http.proxyAuthorization`: the whole header value for the proxy. */
  readonly proxyAuthorization?: string | undefined;
  /** `http.systemCertificates` */
  readonly systemCertificates: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/**
 * The proxy that a request to this URL goes through, in VS Code's own order: this machine never, then
 * the no-proxy list, then the setting, then the environment. Undefined: directly.
 */
export function proxyFor(url: URL, config: HttpConfig): string | undefined {
  if (config.proxySupport === 'off' || isLoopback(url.href) || isExempt(url, noProxyList(config))) return undefined;
  const named = nonEmpty(config.proxy) ?? proxyOfEnv(url, config.env);
  return named === undefined ? undefined : withScheme(named);
}

function proxyOfEnv(url: URL, env: HttpConfig['env']): string | undefined {
  const plain = nonEmpty(env['http_proxy']) ?? nonEmpty(env['HTTP_PROXY']);
  if (url.protocol !== 'https:') return plain;
  return nonEmpty(env['https_proxy']) ?? nonEmpty(env['HTTPS_PROXY']) ?? plain;
}

/** The setting's list, where it has any entry, takes the place of the environment's. */
function noProxyList({ noProxy, env }: HttpConfig): readonly string[] {
  const named = noProxy?.map((entry) => entry.trim()).filter((entry) => entry !== '') ?? [];
  if (named.length > 0) return named;
  return (env['no_proxy'] ?? env['NO_PROXY'] ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
}

/** `*`, `host`, `.domain`, `*.domain`, each with or without `:port`. A bare host covers its subdomains too. */
function isExempt({ hostname, port, protocol }: URL, list: readonly string[]): boolean {
  const actualPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list.some((entry) => {
    if (entry === '*') return true;
    const found = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase());
    const host = found?.[1];
    if (host === undefined || (found?.[2] !== undefined && found[2] !== actualPort)) return false;
    return hostname === host || hostname.endsWith(`.${host}`);
  });
}

const nonEmpty = (text: string | undefined): string | undefined => (text?.trim() ? text.trim() : undefined);

const withScheme = (proxy: string): string => (/^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`);
