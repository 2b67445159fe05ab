/** A key as code names it: `groq/1`. People read "Groq Key 1". */
export type KeyRef = `${string}/${number}`;

export const keyRef = (provider: string, number: number): KeyRef => `${provider}/${number}`;

const pattern = /^(?<provider>[^/]+)\/(?<number>[1-9]\d*)$/;

export function parseKeyRef(text: string): { provider: string; number: number; ref: KeyRef } | undefined {
  const groups = pattern.exec(text)?.groups;
  const provider = groups?.['provider'];
  const number = Number(groups?.['number']);
  if (provider === undefined || !Number.isSafeInteger(number)) return undefined;
  return { provider, number, ref: keyRef(provider, number) };
}
