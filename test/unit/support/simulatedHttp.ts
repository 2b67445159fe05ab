import { UndiciHttp } from '../../../src/adapters/undiciHttp.ts';

/** The real HTTP adapter, straight to loopback. */
export const simulatedHttp = (): UndiciHttp =>
  new UndiciHttp({ config: () => ({ proxySupport: 'off', strictSSL: true, systemCertificates: false, env: {} }) });
