import { element } from '../element.ts';

type Side = 'context' | 'gone' | 'new';

/** A fix's block as a change: what goes, what comes, and what of both is the same. */
export function changeNode(code: string): HTMLElement {
  const rows: HTMLElement[] = [];
  let side: Side = 'context';
  let gone: string[] = [];
  let fresh: string[] = [];
  const close = (): void => {
    rows.push(...changedRows(gone, fresh));
    [side, gone, fresh] = ['context', [], []];
  };
  for (const line of code.split('\n')) {
    if (line.startsWith('<<<<<<< ')) side = 'gone';
    else if (side === 'gone' && line.trimEnd() === '=======') side = 'new';
    else if (line.startsWith('>>>>>>> ')) close();
    else if (side === 'context') rows.push(rowOf(side, line));
    else (side === 'gone' ? gone : fresh).push(line);
  }
  // An answer that is still coming in.
  close();
  return element('code', { children: rows });
}

function changedRows(gone: readonly string[], fresh: readonly string[]): readonly HTMLElement[] {
  const most = Math.min(gone.length, fresh.length);
  let head = 0;
  while (head < most && gone[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < most - head && gone.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  return [
    ...gone.slice(0, head).map((line) => rowOf('context', line)),
    ...gone.slice(head, gone.length - tail).map((line) => rowOf('gone', line)),
    ...fresh.slice(head, fresh.length - tail).map((line) => rowOf('new', line)),
    ...gone.slice(gone.length - tail).map((line) => rowOf('context', line)),
  ];
}

const rowOf = (side: Side, line: string): HTMLElement =>
  element('span', { className: `line ${side}`, text: `${mark[side]}${line}\n` });

const mark = { context: '  ', gone: '- ', new: '+ ' } as const;
