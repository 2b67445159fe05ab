/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument, typescript/no-redundant-type-constituents --
   the peers are installed by the bench itself: where they are not, their types are unknown to the linter */
// Adds the peers to the contestants of the day: whoever imports this needs them installed.

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, type LanguageModel } from 'ai';
import { createFallback } from 'ai-fallback';
import { createRetryableModel } from 'ai-retry/language-model';
import type { ContestantEntry, Outcome, World } from './day/contestant.ts';
import { contestants } from './day/contestants.ts';
import { patienceMs, textOf, type DayRequest } from './day/dayRequest.ts';
import { FleetFetch, fleetUrl } from './day/fleetFetch.ts';
import { HostTime } from './day/hostTime.ts';
import { loadPortkey, portkeyAsking } from './portkeyInProcess.ts';

type Call = (request: DayRequest, signal: AbortSignal) => Promise<unknown>;

/** Whoever throws or says nothing in time has given up; who answered is seen at the fleet. */
function peer(id: string, name: string, callOf: (world: World, fleet: FleetFetch) => Call): ContestantEntry {
  return {
    id,
    name,
    async start(world) {
      if (id === 'portkey') await loadPortkey();
      const host = new HostTime(world.time);
      host.install();
      const fleet = new FleetFetch(world.fleet, host);
      const call = callOf(world, fleet);
      const ask = async (request: DayRequest): Promise<Outcome> => {
        const patience = new AbortController();
        const cancel = world.time.after(patienceMs, () => patience.abort());
        try {
          await host.asking(() => call(request, patience.signal));
          const answeredBy = fleet.answeredBy(request.id);
          return answeredBy === undefined ? 'gaveUp' : { answeredBy };
        } catch {
          return 'gaveUp';
        } finally {
          cancel();
        }
      };
      return { ask, settled: host.settled, stop: () => host.restore() };
    },
  };
}

/** A key of a model is a model of its own name, since they tell models apart by provider and model. */
const modelsOf = ({ fleet }: World, { fetch }: FleetFetch) =>
  fleet.targets.map(({ key, model }) =>
    createOpenAICompatible({ name: `${key.provider}-${key.number}`, baseURL: fleetUrl, apiKey: key.secret, fetch })(
      model,
    ),
  );

const generate =
  (model: LanguageModel): Call =>
  (request, abortSignal) =>
    generateText({ model, prompt: textOf(request), maxOutputTokens: request.cap, maxRetries: 0, abortSignal });

contestants.push(
  // Every other model once, whatever the failure. One a request: requests that share one take each other's
  // model for their own, and ask the same one again and again.
  peer('ai-retry', 'AI SDK + ai-retry', (world, fleet) => {
    const [model, ...retries] = modelsOf(world, fleet);
    if (model === undefined) throw new Error('the fleet has no models');
    return (request, signal) => generate(createRetryableModel({ model, retries }))(request, signal);
  }),
  // Its README's interval.
  peer('ai-fallback', 'AI SDK + ai-fallback', (world, fleet) =>
    generate(createFallback({ models: modelsOf(world, fleet), modelResetInterval: 60_000 })),
  ),
  peer('portkey', "Portkey's gateway", ({ fleet: { targets } }, fleet) => {
    const gateway = portkeyAsking(fleet.fetch);
    const config = {
      strategy: { mode: 'fallback' },
      targets: targets.map(({ key, model }) => ({
        provider: 'openai',
        api_key: key.secret,
        custom_host: fleetUrl,
        override_params: { model },
      })),
    };
    const headers = { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config) };
    return async (request, signal) => {
      const messages = [{ role: 'user', content: textOf(request) }];
      const body = JSON.stringify({ model: 'any', messages, max_tokens: request.cap, stream: false });
      const url = 'http://gateway.example.com/v1/chat/completions';
      const response = await gateway(new Request(url, { method: 'POST', headers, body, signal }));
      if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
      return response.json();
    };
  }),
);
