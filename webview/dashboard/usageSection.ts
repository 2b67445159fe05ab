import type uPlot from 'uplot';

import type { DashboardAction } from '../../src/shared/dashboardMessages.ts';
import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { ChartChoice, UsageView } from '../../src/shared/dashboardView.ts';
import { choices, textButton } from '../components.ts';
import { element } from '../element.ts';
import { ChartColors } from './chartColors.ts';
import { dataTable } from './dataTable.ts';
import { UsageGraph } from './usageGraph.ts';

export type UsagePorts = {
  readonly strings: DashboardStrings;
  readonly language: string;
  readonly act: (action: DashboardAction) => void;
  readonly uPlot: typeof uPlot;
};

/** The last 7 days as a graph and as a table; one day by hours on demand. */
export class UsageSection {
  readonly root = element('section', { className: 'usage' });
  readonly #ports: UsagePorts;
  readonly #colors = new ChartColors();
  readonly #hidden = new Set<string>();
  readonly #title = element('h2');
  readonly #total = element('span', { className: 'quiet' });
  readonly #none = element('p', { className: 'quiet' });
  readonly #unit: ReturnType<typeof choices<ChartChoice['unit']>>;
  readonly #by: ReturnType<typeof choices<ChartChoice['by']>>;
  readonly #back: HTMLButtonElement;
  readonly #graph: UsageGraph;
  readonly #legend = element('div', { className: 'legend' });
  readonly #table = element('div', { className: 'usage-table' });
  readonly #copy: HTMLButtonElement;
  readonly #details: HTMLDetailsElement;
  #view: UsageView | undefined;
  #legendShown = '';

  constructor(ports: UsagePorts) {
    const { strings, act } = ports;
    this.#ports = ports;
    this.#unit = choices(
      strings.unit,
      [
        { value: 'tokens', title: strings.tokens },
        { value: 'requests', title: strings.requests },
      ],
      (unit) => this.#choose({ unit }),
    );
    this.#by = choices(
      strings.grouping,
      [
        { value: 'provider', title: strings.byProvider },
        { value: 'key', title: strings.byKey },
      ],
      (by) => this.#choose({ by }),
    );
    this.#back = textButton(strings.backToWeek, () => this.#zoom(undefined));
    this.#graph = new UsageGraph({ strings, uPlot: ports.uPlot, onDay: (dayMs) => this.#zoom(dayMs) });
    this.#copy = textButton(strings.copyTable, () => act({ do: 'copyUsage' }));
    this.#details = element('details', {
      children: [element('summary', { text: strings.usageTable }), this.#table, this.#copy],
    });
    this.#details.addEventListener('toggle', () => this.#paintTable());
    this.#legend.setAttribute('role', 'group');
    this.#legend.setAttribute('aria-label', strings.legend);
    this.root.append(
      element('div', {
        className: 'usage-head',
        children: [
          element('div', { className: 'usage-title', children: [this.#title, this.#total, this.#back] }),
          element('div', { className: 'chart-choices', children: [this.#unit.root, this.#by.root] }),
        ],
      }),
      this.#none,
      this.#graph.root,
      this.#legend,
      this.#details,
    );
    // A change of theme changes the class of the body and the variables of the page.
    const themed = new MutationObserver(() => this.#repaint());
    themed.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    themed.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  }

  update(view: UsageView): void {
    const before = this.#view?.choice;
    this.#view = view;
    const { choice, title, total, none = '' } = view;
    if (before !== undefined && before.by !== choice.by) this.#hidden.clear();
    this.#title.textContent = title;
    this.#total.textContent = total;
    this.#unit.show(choice.unit);
    this.#by.show(choice.by);
    this.#back.hidden = choice.dayMs === undefined;
    const empty = none !== '';
    this.#none.hidden = !empty;
    this.#none.textContent = none;
    this.#graph.root.hidden = empty;
    this.#legend.hidden = empty;
    this.#details.hidden = empty;
    this.#paint();
  }

  #paint(): void {
    const view = this.#view;
    if (view === undefined || view.series.length === 0) return;
    const colors = this.#colors.assign(view.series.map(({ id }) => id));
    this.#graph.show({ view, colors, hidden: this.#hidden, language: this.#ports.language });
    this.#paintLegend(view, colors);
    this.#paintTable();
  }

  #repaint(): void {
    this.#colors.forget();
    this.#paint();
    this.#graph.repaint();
  }

  #paintLegend({ series }: UsageView, colors: ReadonlyMap<string, string>): void {
    const state = JSON.stringify(series.map(({ id, name }) => [id, name, colors.get(id)]));
    if (state !== this.#legendShown) {
      this.#legend.replaceChildren(...series.map(({ id, name }) => this.#legendButton(id, name, colors.get(id) ?? '')));
    }
    this.#legendShown = state;
    for (const [index, { id, total }] of series.entries()) {
      const made = this.#legend.children[index];
      made?.setAttribute('aria-pressed', String(!this.#hidden.has(id)));
      const amount = made?.querySelector('.legend-total');
      if (amount !== null && amount !== undefined) amount.textContent = total;
    }
  }

  #legendButton(id: string, name: string, color: string): HTMLElement {
    const swatch = element('span', { className: 'swatch' });
    swatch.style.background = `var(${color})`;
    const made = element('button', {
      className: 'legend-item',
      children: [swatch, element('bdi', { text: name }), element('span', { className: 'legend-total quiet' })],
    });
    made.type = 'button';
    made.addEventListener('click', () => {
      if (!this.#hidden.delete(id)) this.#hidden.add(id);
      this.#paint();
    });
    return made;
  }

  /** Made while it is looked at. Screen readers meet it folded and open it like everybody. */
  #paintTable(): void {
    const view = this.#view;
    if (view === undefined || !this.#details.open) return;
    const { columns, series, totals, title, total } = view;
    const { day, sumOfAll } = this.#ports.strings;
    const table = dataTable({
      caption: title,
      head: [day, ...series.map(({ name }) => name), sumOfAll],
      rows: columns.map(({ long }, index) => [
        long,
        ...series.map(({ words }) => words[index] ?? ''),
        totals[index] ?? '',
      ]),
      foot: [sumOfAll, ...series.map((one) => one.total), total],
    });
    this.#table.replaceChildren(table);
  }

  #choose(change: Partial<ChartChoice>): void {
    if (this.#view === undefined) return;
    this.#ports.act({ do: 'chart', choice: { ...this.#view.choice, ...change } });
  }

  #zoom(dayMs: number | undefined): void {
    if (this.#view === undefined) return;
    const { unit, by } = this.#view.choice;
    this.#ports.act({ do: 'chart', choice: { unit, by, ...(dayMs === undefined ? {} : { dayMs }) } });
    if (dayMs === undefined) this.#graph.focus();
  }
}
