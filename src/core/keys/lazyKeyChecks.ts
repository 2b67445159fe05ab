import type { ApiKey } from './apiKey.ts';
import type { CheckAllOptions, KeyChecks, KeyChecksPorts } from './keyChecks.ts';

/** The checks of keys, loaded with the first of them: none is made at activation. */
export class LazyKeyChecks {
  readonly #ports: KeyChecksPorts;
  #checks: KeyChecks | undefined;

  constructor(ports: KeyChecksPorts) {
    this.#ports = ports;
  }

  async check(key: ApiKey, signal?: AbortSignal): ReturnType<KeyChecks['check']> {
    return (await this.#load()).check(key, signal);
  }

  async checkAll(options: CheckAllOptions): ReturnType<KeyChecks['checkAll']> {
    return (await this.#load()).checkAll(options);
  }

  async validateModelKeys(signal?: AbortSignal): ReturnType<KeyChecks['validateModelKeys']> {
    return (await this.#load()).validateModelKeys(signal);
  }

  async note(...checked: Parameters<KeyChecks['note']>): ReturnType<KeyChecks['note']> {
    return (await this.#load()).note(...checked);
  }

  async #load(): Promise<KeyChecks> {
    const { KeyChecks } = await import('./keyChecks.ts');
    return (this.#checks ??= new KeyChecks(this.#ports));
  }
}
