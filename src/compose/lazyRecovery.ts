import type { Recovery, RecoveryPorts } from '../core/health/recovery.ts';

/** The checks that bring keys and providers back, loaded after the activation. */
export class LazyRecovery {
  readonly #ports: RecoveryPorts;
  #recovery: Recovery | undefined;
  #disposed = false;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { Recovery } = await import('../core/health/recovery.ts');
    if (this.#disposed) return;
    this.#recovery = new Recovery(this.#ports);
    this.#recovery.start();
  }

  dispose(): void {
    this.#disposed = true;
    this.#recovery?.dispose();
  }
}
