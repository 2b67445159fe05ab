/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument, typescript/no-redundant-type-constituents --
   the peers are installed by the bench itself: where they are not, their types are unknown to the linter */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, type LanguageModel } from 'ai';
import { createFallback } from 'ai-fallback';
import { createRetryableModel, httpStatus } from 'ai-retry/language-model';
import OpenAI from 'openai';
import { Agent, request } from 'undici';
import { openLedger } from '../../src/adapters/sqliteLedger/openLedger.ts';
import { SystemClock } from '../../src/adapters/systemClock.ts';
import { SystemRandom } from '../../src/adapters/systemRandom.ts';
import { benchFixture } from './benchFixture.ts';
import type { Subject } from './rounds.ts';

export type StartSubject = (baseUrl: string, firstKey: string) => Promise<Subject>;

const cap = 256;
const question = (count: number): string => `Why is the value undefined here? (${count})`;

async function bareUndici(baseUrl: string): Promise<Subject> {
  const agent = new Agent();
  const headers = { 'content-type': 'application/json', authorization: 'Bearer key-1' };
  const call = async (count: number): Promise<string> => {
    const messages = [{ role: 'user', content: question(count) }];
    const { body } = await request(`${baseUrl}/chat/completions`, {
      method: 'POST',
      dispatcher: agent,
      headers,
      body: JSON.stringify({ model: 'bench-model', messages, max_tokens: cap, stream: false }),
    });
    return textOf(await body.json());
  };
  return { name: 'bare undici request', call, stop: () => agent.close() };
}

const router =
  (where: 'memory' | 'disk'): StartSubject =>
  async (baseUrl, firstKey) => {
    const secretOf = (number: number): string => (number === 1 ? firstKey : `key-${number}`);
    const folder = mkdtempSync(join(tmpdir(), 'route-bench-'));
    const clock = new SystemClock();
    const opened =
      where === 'disk'
        ? await openLedger({ path: join(folder, 'ledger.db'), clock, random: new SystemRandom() })
        : undefined;
    const fixture = benchFixture({
      baseUrl,
      clock,
      secretOf,
      ...(opened === undefined ? {} : { ledger: opened.ledger }),
    });
    const call = async (count: number): Promise<string> => {
      const messages = [{ role: 'user' as const, content: question(count) }];
      const answer = await fixture.router.chat({ messages, maxTokens: cap, stream: false });
      if (answer.degraded) throw new Error(answer.content);
      return answer.content;
    };
    const stop = (): void => {
      fixture.ledger.dispose();
      fixture.dispose();
      rmSync(folder, { recursive: true, force: true });
    };
    return { name: `AI Keys, ledger ${where === 'disk' ? 'on disk' : 'in memory'}`, call, stop };
  };

async function openAi(baseUrl: string, firstKey: string): Promise<Subject> {
  const client = new OpenAI({ baseURL: baseUrl, apiKey: firstKey, maxRetries: 0 });
  const call = async (count: number): Promise<string> => {
    const { choices } = await client.chat.completions.create({
      model: 'bench-model',
      messages: [{ role: 'user', content: question(count) }],
      max_completion_tokens: cap,
    });
    return choices[0]?.message.content ?? '';
  };
  return { name: 'openai', call };
}

const modelAt = (baseUrl: string, apiKey: string, model = 'bench-model') =>
  createOpenAICompatible({ name: 'bench', baseURL: baseUrl, apiKey })(model);

const aiSdk = (name: string, model: LanguageModel): Subject => ({
  name,
  call: async (count) => {
    const { text } = await generateText({ model, prompt: question(count), maxOutputTokens: cap, maxRetries: 0 });
    return text;
  },
});

/** Portkey's gateway as it is run: a server of its own, asked over HTTP. */
async function portkey(baseUrl: string, firstKey: string): Promise<Subject> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const server = spawn(process.execPath, [script, `--port=${port}`, '--headless'], { stdio: 'ignore' });
  const agent = new Agent();
  const target = (key: string) => ({ provider: 'openai', api_key: key, custom_host: baseUrl });
  const config = { strategy: { mode: 'fallback' }, targets: [target(firstKey), target('key-2')] };
  const headers = { 'content-type': 'application/json', 'x-portkey-config': JSON.stringify(config) };
  const call = async (count: number): Promise<string> => {
    const messages = [{ role: 'user', content: question(count) }];
    const { body } = await request(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      dispatcher: agent,
      headers,
      body: JSON.stringify({ model: 'bench-model', messages, max_tokens: cap, stream: false }),
    });
    return textOf(await body.json());
  };
  const stop = async (): Promise<void> => {
    await agent.destroy();
    if (server.exitCode !== null) return;
    server.kill();
    await once(server, 'exit');
  };
  await answersSoon(call, stop);
  return { name: "Portkey's gateway", call, stop };
}

/** A server that has just been started refuses connections for a while. */
async function answersSoon(call: Subject['call'], stop: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await call(-1);
      return;
    } catch (error) {
      if (attempt === 50) {
        await stop();
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function textOf(reply: unknown): string {
  const content = (reply as { choices?: { message?: { content?: unknown } }[] }).choices?.[0]?.message?.content;
  if (typeof content !== 'string') throw new Error(`no answer: ${JSON.stringify(reply).slice(0, 200)}`);
  return content;
}

export const subjects: readonly { readonly id: string; readonly start: StartSubject }[] = [
  { id: 'undici', start: bareUndici },
  { id: 'memory', start: router('memory') },
  { id: 'disk', start: router('disk') },
  { id: 'openai', start: openAi },
  { id: 'aiSdk', start: async (baseUrl, firstKey) => aiSdk('AI SDK', modelAt(baseUrl, firstKey)) },
  {
    id: 'aiFallback',
    start: async (baseUrl, firstKey) => {
      const models = [modelAt(baseUrl, firstKey), modelAt(baseUrl, 'key-2')];
      return aiSdk('AI SDK + ai-fallback', createFallback({ models }));
    },
  },
  {
    id: 'aiRetry',
    start: async (baseUrl, firstKey) => {
      // It tells targets apart by their model alone: a second key of the same model is never tried.
      const retries = [httpStatus(429).switch({ model: modelAt(baseUrl, 'key-2', 'second-model') })];
      return aiSdk('AI SDK + ai-retry', createRetryableModel({ model: modelAt(baseUrl, firstKey), retries }));
    },
  },
  { id: 'portkey', start: portkey },
];
