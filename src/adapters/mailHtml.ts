import type { OutgoingMessage } from '../core/alerts/channel.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** The same words as paragraphs: no styles, images or links that a mail reader might refuse. */
export function mailHtml({ subject, text }: OutgoingMessage): string {
  const paragraphs = text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.split('\n').map(escaped).join('<br>\n')}</p>`)
    .join('\n');
  return `<!doctype html>\n<html><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body>\n${paragraphs}\n</body></html>\n`;
}
