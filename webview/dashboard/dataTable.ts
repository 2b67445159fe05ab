import { element } from '../element.ts';

/** A table whose first column names its rows. It scrolls by itself where it is wider than its place. */
export function dataTable({
  caption,
  head,
  rows,
  foot,
}: {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly foot?: readonly string[];
}): HTMLElement {
  const table = element('table', {
    children: [
      element('caption', { className: 'spoken', text: caption }),
      element('thead', { children: [element('tr', { children: head.map((text) => headCell(text, 'col')) })] }),
      element('tbody', { children: rows.map(rowView) }),
      foot === undefined ? undefined : element('tfoot', { children: [rowView(foot)] }),
    ],
  });
  const box = element('div', { className: 'table-box', children: [table] });
  // Whoever has no mouse scrolls it with the arrow keys.
  box.tabIndex = 0;
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', caption);
  return box;
}

function rowView([name = '', ...cells]: readonly string[]): HTMLElement {
  return element('tr', { children: [headCell(name, 'row'), ...cells.map((text) => element('td', { text }))] });
}

function headCell(text: string, scope: 'row' | 'col'): HTMLElement {
  const made = element('th', { children: [element('bdi', { text })] });
  made.scope = scope;
  return made;
}
