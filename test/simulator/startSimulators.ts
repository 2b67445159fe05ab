import type { VendorId } from './behaviours.ts';
import { startGemini } from './gemini/gemini.ts';
import { startGroq } from './groq/groq.ts';
import { startHuggingFace } from './huggingFace/huggingFace.ts';
import { type LocalOptions, startLocal } from './local/local.ts';
import { startMistral } from './mistral/mistral.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';

export type SimulatorsOptions = {
  /** For all of them. */
  readonly clock?: { now(): number };
  readonly limits?: SimulatorOptions['limits'];
  /** `0`, the default, takes any free ports; 9101: Groq there, the others on those after it. */
  readonly firstPort?: number;
  readonly groq?: SimulatorOptions;
  readonly gemini?: SimulatorOptions;
  readonly mistral?: SimulatorOptions;
  readonly huggingface?: SimulatorOptions;
  readonly local?: LocalOptions;
};

export type Simulators = { readonly [Id in VendorId]: Simulator } & {
  readonly all: readonly Simulator[];
  /** Ends every connection of all of them at once. */
  stop(): Promise<void>;
};

/** All vendors, each on a port of its own. For one alone see `startGroq` and its like. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const shared = {
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  };
  const first = options.firstPort ?? 0;
  const port = (place: number): number => (first === 0 ? 0 : first + place);
  const [groq, gemini, mistral, huggingface, local] = await Promise.all([
    startGroq({ ...shared, port: port(0), ...options.groq }),
    startGemini({ ...shared, port: port(1), ...options.gemini }),
    startMistral({ ...shared, port: port(2), ...options.mistral }),
    startHuggingFace({ ...shared, port: port(3), hubPort: port(4), ...options.huggingface }),
    startLocal({ ...shared, port: port(5), ...options.local }),
  ]);
  const all = [groq, gemini, mistral, huggingface, local];
  return {
    groq,
    gemini,
    mistral,
    huggingface,
    local,
    all,
    stop: async () => {
      await Promise.all(all.map((sim) => sim.stop()));
    },
  };
}
