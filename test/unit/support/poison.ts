// Loaded before the unit tests: what the core must take from its ports (time, chance, network) throws
// where a file of the core reaches for the host's own. Libraries and tests may go on using it.

type Callable = (...args: never[]) => unknown;

const CORE_FRAME = /[\\/]src[\\/]core[\\/]/;

function refuseToCore(name: string, below: object): void {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, below as Callable);
  const caller = holder.stack?.split('\n', 2)[1] ?? '';
  if (CORE_FRAME.test(caller)) throw new Error(`core must not use ${name}: take it from a port (${caller.trim()})`);
}

function poison(owner: object, name: string, label: string): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') throw new Error(`${label} is not a function here`);
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    refuseToCore(label, guarded);
    return Reflect.apply(original, this, args);
  };
  Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original));
  Object.defineProperty(owner, name, { value: guarded, configurable: true, writable: true });
}

function construct(target: DateConstructor, args: unknown[], newTarget: Callable): object {
  if (args.length === 0) refuseToCore('new Date()', construct);
  return Reflect.construct(target, args, newTarget) as Date;
}

function apply(target: DateConstructor): string {
  refuseToCore('Date()', apply);
  return target();
}

poison(Date, 'now', 'Date.now');
globalThis.Date = new Proxy(Date, { construct, apply });
poison(Math, 'random', 'Math.random');
poison(performance, 'now', 'performance.now');
for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch']) poison(globalThis, name, name);
