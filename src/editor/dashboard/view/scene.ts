import type { L10n } from '../../../core/ports.ts';

/** Who looks, and when. */
export type Scene = {
  readonly l10n: L10n;
  readonly nowMs: number;
  /** BCP 47. */
  readonly language: string;
  /** IANA zone of the reader. */
  readonly timeZone: string;
};

/** "14:05", or with its day when that is not today. */
export function momentIn({ nowMs, language, timeZone }: Scene, atMs: number): string {
  const day: Intl.DateTimeFormatOptions = { timeZone, day: 'numeric', month: 'short' };
  const time: Intl.DateTimeFormatOptions = { timeZone, hour: '2-digit', minute: '2-digit' };
  const days = format(language, day);
  const sameDay = days.format(atMs) === days.format(nowMs);
  return format(language, sameDay ? time : { ...day, ...time }).format(atMs);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than all that a dashboard formats with it. */
export function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${language} ${JSON.stringify(options)}`;
  const known = formats.get(name) ?? new Intl.DateTimeFormat(language, options);
  formats.set(name, known);
  return known;
}
