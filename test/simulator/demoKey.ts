import { createHash } from 'node:crypto';
import { type Behaviour, has, isBehaviour, type VendorId } from './behaviours.ts';

type Shape = { readonly prefix: string; readonly length: number };

const shapes: Readonly<Record<VendorId, Shape>> = {
  groq: { prefix: 'gsk_', length: 52 },
  gemini: { prefix: 'AQ.Ab', length: 48 },
  mistral: { prefix: '', length: 32 },
  huggingface: { prefix: 'hf_', length: 34 },
  local: { prefix: 'sk-', length: 32 },
};

const oldGemini: Shape = { prefix: 'AIzaSy', length: 33 };

const marker = /Sim(?<behaviour>[a-z][A-Za-z0-9]*?)N(?<number>\d+)Z/;

/**
 * A key in the vendor's own shape whose text says how the simulator is to treat it: the n-th key of
 * that behaviour. Made up when asked for, so that nothing that looks like a key stands in a file.
 */
export function demoKey(vendor: VendorId, behaviour: Behaviour, n = 1): string {
  if (!has(vendor, behaviour)) throw new Error(`${vendor} has no behaviour ${behaviour}`);
  const { prefix, length } = behaviour === 'oldKey' ? oldGemini : shapes[vendor];
  const words = `Sim${behaviour}N${n}Z`;
  return prefix + (words + alphanumerics(`${vendor} ${behaviour} ${n}`, length)).slice(0, length);
}

export type KeyMark = { readonly behaviour: Behaviour; readonly number: number };

/** What a key's text says; undefined: a key that this simulator did not make. */
export function readKey(key: string): KeyMark | undefined {
  const groups = marker.exec(key)?.groups;
  const behaviour = groups?.['behaviour'] ?? '';
  return isBehaviour(behaviour) ? { behaviour, number: Number(groups?.['number']) } : undefined;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The same letters and digits for the same seed. */
export function alphanumerics(seed: string, length: number): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    for (const byte of createHash('sha256').update(`${seed}/${block}`).digest()) text += alphabet.charAt(byte % 62);
  }
  return text.slice(0, length);
}

export const hex = (seed: string, length: number): string =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);
