import type { L10n } from '../ports.ts';
import { isLoopback } from './origin.ts';

export type AddressProblem = { readonly kind: 'empty' | 'notAnAddress' | 'notSecret' | 'userName' | 'query' };

export type AddressReading =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly problem: AddressProblem };

/**
 * An address as people copy it: space and quotes around it, a missing scheme, or the path of one
 * call at its end. `https:` anywhere, `http:` to this machine alone.
 */
export function readAddress(text: string): AddressReading {
  const bare = text.trim().replace(/^(["'`<])(.*)(["'`>])$/, '$2');
  if (bare === '') return failed('empty');
  if (/\s/.test(bare)) return failed('notAnAddress');
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? bare : `${schemeFor(bare)}//${bare}`;
  if (!URL.canParse(full)) return failed('notAnAddress');
  const { protocol, hostname } = new URL(full);
  if ((protocol !== 'https:' && protocol !== 'http:') || !isHost(hostname)) return failed('notAnAddress');
  if (/^\w+:\/\/[^/?#]*@/.test(full)) return failed('userName');
  if (/[?#]/.test(full)) return failed('query');
  if (protocol === 'http:' && !isLoopback(full)) return failed('notSecret');
  return { ok: true, url: full.replace(/\/+$/, '') };
}

/** The base address: what calls add to it is taken off. */
export function readBaseAddress(text: string): AddressReading {
  const reading = readAddress(text);
  if (!reading.ok) return reading;
  return { ok: true, url: reading.url.replace(/\/(?:chat\/completions|completions|models)$/, '') };
}

/** Without one, this machine is meant without TLS, and everything else with it. */
const schemeFor = (bare: string): string => (isLoopback(`http://${bare}`) ? 'http:' : 'https:');

/** "https://my key" and "https://x" are slips; one word is a host only where it is this machine. */
const isHost = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.startsWith('[') || /[^.]\.[^.]/.test(hostname);

const failed = (kind: AddressProblem['kind']): AddressReading => ({ ok: false, problem: { kind } });

export function describeAddressProblem(l10n: L10n, { kind }: AddressProblem): string {
  switch (kind) {
    case 'empty':
      return l10n.t('An address, please, such as https://llm.example.org/v1.');
    case 'notAnAddress':
      return l10n.t('This is no web address. One looks like https://llm.example.org/v1.');
    case 'notSecret':
      return l10n.t('http: is for this machine only; elsewhere the key could be read on the way. Use https:.');
    case 'userName':
      return l10n.t('Leave the user name and password out of the address.');
    case 'query':
      return l10n.t('The address ends before any “?” or “#”.');
  }
}
