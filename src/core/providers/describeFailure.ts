import { countdown } from '../guidance/countdown.ts';
import type { L10n } from '../ports.ts';
import type { LimitName } from '../quota/limits.ts';
import { amount } from '../report/amounts.ts';
import type { Failure } from './failure.ts';
import type { Provider } from './provider.ts';

export type FailedKey = {
  /** "Groq Key 1". */
  readonly name: string;
  readonly model?: string | undefined;
  /** When it can be asked again, in words that follow "until": "14:30". */
  readonly until?: string | undefined;
  readonly provider: Provider;
};

/** One sentence: what happened, to which key, until when, and what to do. Ends without a full stop. */
export function describeFailure(l10n: L10n, failure: Failure, who: FailedKey): string {
  const { name, provider } = who;
  const model = who.model ?? l10n.t('the model');
  switch (failure.kind) {
    case 'authInvalid':
      return isOldGoogleKey(failure.said, provider)
        ? l10n.t(
            '{0} was refused: Google no longer takes keys of the old kind, make a new one at {1}',
            name,
            provider.keyPageUrl ?? provider.baseUrl,
          )
        : l10n.t('{0} was refused: check or replace the key{1}', name, keyPage(l10n, provider));
    case 'authBlocked':
      return l10n.t(
        '{0} is blocked by {1}{2}: see to it there, or use another key',
        name,
        provider.displayName,
        quoted(failure.said),
      );
    case 'networkBlocked':
      return l10n.t(
        '{0} cannot be reached from this network or country{1}: check VPN and proxy',
        provider.displayName,
        quoted(failure.said),
      );
    case 'noCredit':
      return provider.creditReset === 'month'
        ? l10n.t('{0} has no credit left until {1}: top it up, or wait', name, who.until ?? l10n.t('the month turns'))
        : l10n.t('{0} has no credit left: top it up at {1}, then check the key', name, provider.displayName);
    case 'quotaDay':
      return l10n.t(
        '{0} has used up {1}{2}; other keys are asked until then',
        name,
        limitWords(l10n, failure.limit, failure.scope, model),
        until(l10n, who, failure.waitMs),
      );
    case 'rateMinute':
      if (failure.concurrency !== undefined) return concurrencyWords(l10n, name, failure.concurrency.most);
      return l10n.t(
        '{0} is asked too fast: {1}{2}, it is left alone so long',
        name,
        limitWords(l10n, failure.limit, failure.scope, model),
        until(l10n, who, failure.waitMs),
      );
    case 'tooLarge':
      return failure.requestedTokens === undefined || failure.limitTokens === undefined
        ? l10n.t('The request is too large for {0} with {1}: send less', model, name)
        : l10n.t(
            'The request is too large for {0} with {1}: {2} tokens, {3} are taken; send less',
            model,
            name,
            amount(failure.requestedTokens),
            amount(failure.limitTokens),
          );
    case 'modelGone':
      return failure.goneFor === 'provider'
        ? l10n.t('{0} no longer has {1}: its next model is used, refresh the model list', provider.displayName, model)
        : l10n.t('{0} has no access to {1}: the next model is used', name, model);
    case 'badRequest':
      return failure.field === undefined
        ? l10n.t('{0} did not understand the request{1}', provider.displayName, quoted(failure.said))
        : l10n.t(
            '{0} did not accept the field {1} of the request{2}',
            provider.displayName,
            failure.field,
            quoted(failure.said),
          );
    case 'overloaded':
      return l10n.t(
        '{0} is overloaded or down{1}: others are asked meanwhile',
        provider.displayName,
        quoted(failure.said),
      );
    case 'timeout':
      return l10n.t('{0} did not answer in time with {1}', provider.displayName, name);
    case 'network':
      return networkWords(l10n, failure.cause, who);
    case 'badReply':
      return l10n.t(
        '{0} sent something that is no answer{1}: check its address and your proxy',
        provider.displayName,
        quoted(failure.said),
      );
    case 'noContent':
      return noContentWords(l10n, failure.reason, model);
    case 'cutOff':
      return l10n.t('{0} broke off in the middle of its answer: ask again', provider.displayName);
    case 'cancelled':
      return l10n.t('Cancelled while {0} was asked', name);
  }
}

const isOldGoogleKey = (said: string, provider: Provider): boolean =>
  provider.dialect.failures === 'gemini' && /Expected OAuth 2 access token/i.test(said);

const keyPage = (l10n: L10n, { keyPageUrl }: Provider): string =>
  keyPageUrl === undefined ? '' : l10n.t(' at {0}', keyPageUrl);

const quoted = (said: string): string => (said === '' ? '' : ` (${said.slice(0, 160).replace(/[.\s]+$/, '')})`);

function until(l10n: L10n, { until: moment }: FailedKey, waitMs: number | undefined): string {
  if (moment !== undefined) return l10n.t(', until {0}', moment);
  return waitMs === undefined ? '' : l10n.t(', for {0}', countdown(l10n, waitMs));
}

function limitWords(l10n: L10n, limit: LimitName | undefined, scope: 'key' | 'model', model: string): string {
  const words = limit === undefined ? l10n.t('its limit') : limitName(l10n, limit);
  return scope === 'model' ? l10n.t('{0} for {1}', words, model) : words;
}

function concurrencyWords(l10n: L10n, name: string, most: number | undefined): string {
  if (most === undefined) return l10n.t('{0} had too many requests under way at once: fewer are sent to it', name);
  return most === 1
    ? l10n.t('{0} takes one request at a time: the next ones wait or go elsewhere', name)
    : l10n.t('{0} takes {1} requests at once: more wait or go elsewhere', name, amount(most));
}

function limitName(l10n: L10n, limit: LimitName): string {
  switch (limit) {
    case 'requestsPerSecond':
      return l10n.t('its requests per second');
    case 'tokensPerSecond':
      return l10n.t('its tokens per second');
    case 'requestsPerMinute':
      return l10n.t('its requests per minute');
    case 'tokensPerMinute':
      return l10n.t('its tokens per minute');
    case 'requestsPerDay':
      return l10n.t('its requests of the day');
    case 'tokensPerDay':
      return l10n.t('its tokens of the day');
    case 'requestsPerMonth':
      return l10n.t('its requests of the month');
    case 'tokensPerMonth':
      return l10n.t('its tokens of the month');
  }
}

function networkWords(
  l10n: L10n,
  cause: Extract<Failure, { kind: 'network' }>['cause'],
  { provider }: FailedKey,
): string {
  const { displayName, baseUrl, needsKey } = provider;
  switch (cause) {
    case 'dns':
      return l10n.t('The name of {0} was not found: check the connection', displayName);
    case 'refused':
      return needsKey
        ? l10n.t('{0} refused the connection', displayName)
        : l10n.t('{0} is not running at {1}: start it', displayName, baseUrl);
    case 'reset':
      return l10n.t('The connection to {0} was broken off', displayName);
    case 'certificate':
      return l10n.t(
        "The certificate of {0} is not trusted here: check the proxy and the system's certificates",
        displayName,
      );
    case 'proxy':
      return l10n.t('The proxy did not let the request to {0} through: check http.proxy and its password', displayName);
    case 'other':
      return l10n.t('{0} could not be reached', displayName);
  }
}

function noContentWords(l10n: L10n, reason: 'length' | 'filter' | 'empty', model: string): string {
  switch (reason) {
    case 'length':
      return l10n.t('{0} spent its whole cap on reasoning: a larger cap is tried', model);
    case 'filter':
      return l10n.t('{0} withheld its answer by a content filter', model);
    case 'empty':
      return l10n.t('{0} answered nothing', model);
  }
}
