import { registerHooks } from 'node:module';
import { fleetUrl } from './day/fleetFetch.ts';

type Gateway = (request: Request) => Response | Promise<Response>;

/** Where the stand-in for its server leaves the app. */
const appName = 'benchPortkeyApp';
const standIn = `data:text/javascript,${encodeURIComponent(
  `export const serve = ({ fetch }) => { globalThis.${appName} = fetch; return { on() {} }; };`,
)}`;

const hostFetch = globalThis.fetch;

/**
 * Portkey's gateway without its server: the package has nothing but the start script, so its server
 * library is stood in for by one that hands out the app.
 */
export async function loadPortkey(): Promise<void> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@hono/node-server' && context.parentURL?.includes('@portkey-ai') === true
        ? { url: standIn, shortCircuit: true }
        : next(specifier, context),
  });
  const { log, clear } = console;
  console.log = console.clear = () => undefined;
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  const { argv, on } = process;
  // Its handlers of uncaught errors would swallow the bench's own.
  process.on = () => process;
  process.argv = [...argv.slice(0, 2), '--headless'];
  try {
    await import(import.meta.resolve('@portkey-ai/gateway/build/start-server.js'));
  } finally {
    Object.assign(console, { log, clear });
    process.stdout.write = write;
    Object.assign(process, { argv, on });
    hooks.deregister();
  }
}

/** The gateway, with its calls to the fleet's address going through `fetchFleet`. */
export function portkeyAsking(fetchFleet: typeof fetch): Gateway {
  const app: unknown = Reflect.get(globalThis, appName);
  if (!isGateway(app)) throw new Error('the gateway started no server');
  globalThis.fetch = (input, init) =>
    String(input instanceof Request ? input.url : input).startsWith(fleetUrl)
      ? fetchFleet(input, init)
      : hostFetch(input, init);
  return app;
}

const isGateway = (value: unknown): value is Gateway => typeof value === 'function';
