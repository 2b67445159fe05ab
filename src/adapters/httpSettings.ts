import type { HttpConfig } from './proxyChoice.ts';

/** What `workspace.getConfiguration('http')` answers to a name. */
export type HttpSettings = { get(name: string): unknown };

/** VS Code's own `http.*` settings and the environment; a setting of the wrong type is as if it were absent. */
export function readHttpConfig(settings: HttpSettings, env: HttpConfig['env']): HttpConfig {
  const noProxy: unknown = settings.get('noProxy');
  return {
    proxy: text(settings.get('proxy')),
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === 'string') : undefined,
    strictSSL: settings.get('proxyStrictSSL') !== false,
    proxySupport: text(settings.get('proxySupport')) ?? 'override',
    proxyAuthorization: text(settings.get('proxyAuthorization')),
    systemCertificates: settings.get('systemCertificates') !== false,
    env,
  };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
