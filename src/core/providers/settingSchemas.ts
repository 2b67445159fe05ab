import * as z from 'zod';
import { isLoopback } from './origin.ts';

const maxUrl = 2_000;

/** `https:` anywhere, `http:` to this machine alone; no user name, query or fragment in it. */
function isUsableUrl(text: string): boolean {
  if (text.length > maxUrl || !URL.canParse(text) || /[?#\s]/.test(text) || /^\w+:\/\/[^/]*@/.test(text)) return false;
  const { protocol } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(text));
}

const address = z
  .string('an https: address (http: only to this machine)')
  .refine(isUsableUrl, 'an https: address (http: only to this machine)');

const boolean = z.boolean('true or false');

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
  } catch {
    return false;
  }
}

export const positive = z
  .number('a whole number above 0')
  .int('a whole number above 0')
  .positive('a whole number above 0')
  .max(1e12, 'a whole number above 0');

/** Fields of one provider's entry that are single values. The message says what was wanted. */
export const fieldSchemas = {
  enabled: boolean,
  displayName: z
    .string('a name of 1 to 60 characters')
    .trim()
    .min(1, 'a name of 1 to 60 characters')
    .max(60, 'a name of 1 to 60 characters'),
  baseUrl: address.transform((url) => url.replace(/\/+$/, '')),
  checkUrl: address,
  needsKey: boolean,
  limitScope: z.enum(['key', 'model'], '"key" or "model"'),
  maxConcurrent: positive,
  dailyUnit: z.enum(['requests', 'tokens'], '"requests" or "tokens"'),
  resetTimeZone: z
    .string('a time zone such as "Europe/Paris"')
    .refine(isTimeZone, 'a time zone such as "Europe/Paris"'),
  creditReset: z.enum(['month', 'never'], '"month" or "never"'),
  capField: z.enum(['max_tokens', 'max_completion_tokens'], '"max_tokens" or "max_completion_tokens"'),
  streamOptions: boolean,
  maxTemperature: z.number('a number from 0 to 2').min(0, 'a number from 0 to 2').max(2, 'a number from 0 to 2'),
  tools: boolean,
  images: boolean,
  keyPageUrl: address,
  termsUrl: address,
  trainsOnFreeTier: boolean,
};

export type ProviderEntry = {
  readonly [Name in keyof typeof fieldSchemas]: z.infer<(typeof fieldSchemas)[Name]> | undefined;
};

export const modelId = z
  .string('the name of a model')
  .trim()
  .min(1, 'the name of a model')
  .max(300, 'the name of a model');
