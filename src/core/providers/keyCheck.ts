import * as z from 'zod';
import type { Secret } from '../keys/secret.ts';
import { withoutSecret } from '../keys/withoutSecret.ts';
import { type Clock, type Http, HttpError, type L10n } from '../ports.ts';
import { AttemptTimer } from './attemptTimer.ts';
import type { CheckResult, ModelsResult } from './chatCall.ts';
import type { Failure } from './failure.ts';
import { readFailure } from './failureReader.ts';
import { failureOfHttpError } from './httpFailure.ts';
import { parseJson } from './jsonValue.ts';
import { readModelList } from './modelList.ts';
import type { Provider } from './provider.ts';
import { maxReplyBytes, readBounded } from './replyBody.ts';

const timeoutMs = 15_000;

type Ports = { readonly http: Http; readonly clock: Clock; readonly userAgent: string; readonly l10n?: L10n };
type Got = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Failure };

/** Refusals are what the provider says of the key itself; anything else leaves the question open. */
export async function checkKey(
  ports: Ports,
  provider: Provider,
  secret: Secret | undefined,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (provider.checkUrl === undefined) {
    return { kind: 'couldNotRun', failure: { kind: 'badRequest', said: '', field: 'checkUrl' } };
  }
  const got = await getJson(ports, provider, provider.checkUrl, secret, signal);
  if (!got.ok) return { kind: refusals.has(got.failure.kind) ? 'refused' : 'couldNotRun', failure: got.failure };
  const models = readModelList(got.value);
  if (models !== undefined) return { kind: 'ok', models: models.map(({ id }) => id) };
  return { kind: 'ok', ...readWhoami(got.value, ports.l10n ?? untranslated) };
}

const refusals: ReadonlySet<Failure['kind']> = new Set(['authInvalid', 'authBlocked', 'noCredit']);

export async function listModels(
  ports: Ports,
  provider: Provider,
  secret: Secret | undefined,
  signal: AbortSignal,
): Promise<ModelsResult> {
  const got = await getJson(ports, provider, `${provider.baseUrl}/models`, secret, signal);
  if (!got.ok) return got;
  const models = readModelList(got.value);
  if (models === undefined) return { ok: false, failure: { kind: 'badReply', said: 'the reply is no list of models' } };
  return { ok: true, models };
}

async function getJson(
  { http, clock, userAgent }: Ports,
  provider: Provider,
  url: string,
  secret: Secret | undefined,
  signal: AbortSignal,
): Promise<Got> {
  if (signal.aborted) return { ok: false, failure: { kind: 'cancelled', said: '' } };
  const timer = new AttemptTimer(clock, signal, { firstEventMs: timeoutMs, idleMs: timeoutMs });
  try {
    const response = await http.send({
      method: 'GET',
      url,
      headers: { accept: 'application/json', 'user-agent': userAgent },
      ...(secret === undefined ? {} : { auth: { header: 'authorization', scheme: 'Bearer', secret } }),
      signal: timer.signal,
      connectTimeoutMs: 10_000,
      headersTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxBytes: maxReplyBytes,
    });
    const { status, headers } = response;
    const text = await readBounded(response.body, status === 200 ? maxReplyBytes : 64 * 1024);
    if (status !== 200) {
      return {
        ok: false,
        failure: readFailure({ provider, status, headers, text, secret, nowMs: clock.now() }).failure,
      };
    }
    const value = parseJson(text, (said) => (secret === undefined ? said : withoutSecret(said, secret)));
    if (typeof value === 'object' && value !== null) return { ok: true, value };
    return { ok: false, failure: { kind: 'badReply', said: 'the reply is no JSON', status } };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    return { ok: false, failure: failureOfHttpError(error, timer.ended) };
  } finally {
    timer.stop();
  }
}

const untranslated: L10n = {
  t: (message, ...args) => message.replace(/\{(\d)\}/g, (_, place: string) => String(args[Number(place)])),
};

const whoamiSchema = z.object({
  name: z.string().max(200),
  auth: z.object({ accessToken: z.object({ role: z.string(), fineGrained: z.unknown() }).optional() }).optional(),
});

/** Hugging Face: whose token it is, and whether it may call models at all. */
function readWhoami(value: unknown, l10n: L10n): { account?: string; warning?: string } {
  const parsed = whoamiSchema.safeParse(value);
  if (!parsed.success) return {};
  const { name, auth } = parsed.data;
  const token = auth?.accessToken;
  // The inner layout of the scopes is not documented: the permission's name is looked for anywhere in it.
  const mayCall =
    token?.role !== 'fineGrained' || JSON.stringify(token.fineGrained)?.includes('inference.serverless.write');
  if (mayCall === true) return { account: name };
  const right = 'Make calls to Inference Providers';
  return {
    account: name,
    warning: l10n.t('The token is valid but may not call models: give it the right "{0}"', right),
  };
}
