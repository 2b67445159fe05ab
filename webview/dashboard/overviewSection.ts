import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { DashboardView, Tile } from '../../src/shared/dashboardView.ts';
import { element } from '../element.ts';

const arrows = { up: '▲', down: '▼', same: '＝' } as const;

/** The last 24 hours in four figures. */
export class OverviewSection {
  readonly root = element('section', { className: 'overview' });

  update({ title, tiles, problem }: DashboardView['overview'], strings: DashboardStrings): void {
    const loading = tiles.length === 0 && problem === undefined;
    this.root.replaceChildren(
      element('h2', { text: title }),
      ...(problem === undefined ? [] : [note(problem)]),
      ...(loading ? [element('p', { className: 'quiet', text: strings.loading })] : []),
      ...(tiles.length === 0 ? [] : [element('dl', { className: 'tiles', children: tiles.map(tileView) })]),
    );
  }
}

function tileView({ id, label, value, note: more, change }: Tile): HTMLElement {
  const made = element('div', {
    className: 'tile',
    children: [
      element('dt', { text: label }),
      element('dd', {
        className: 'figure',
        children: [
          element('span', { className: 'value', text: value }),
          more === undefined ? undefined : element('span', { className: 'tile-note', text: more }),
        ],
      }),
      change === undefined ? undefined : changeView(change),
    ],
  });
  made.dataset['tile'] = id;
  return made;
}

function changeView({ words, direction, good }: NonNullable<Tile['change']>): HTMLElement {
  const arrow = element('span', { className: 'arrow', text: arrows[direction] });
  arrow.setAttribute('aria-hidden', 'true');
  const made = element('dd', { className: 'change', children: [arrow, element('span', { text: words })] });
  if (good !== undefined) made.classList.add(good ? 'good' : 'poor');
  return made;
}

const note = (text: string): HTMLElement => element('p', { className: 'note warning', text });
