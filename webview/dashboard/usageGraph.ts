import type uPlot from 'uplot';

import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { UsageView } from '../../src/shared/dashboardView.ts';
import { element } from '../element.ts';
import { UsagePlot, type PlotLook } from './usagePlot.ts';

export type UsageGraphPorts = {
  readonly strings: DashboardStrings;
  readonly uPlot: typeof uPlot;
  /** A day to be looked at by hours; undefined: back to the week. */
  readonly onDay: (startMs: number | undefined) => void;
};

/**
 * The graph with its cursor. To the keyboard and to screen readers it is a slider over the columns:
 * its value text are the exact figures.
 */
export class UsageGraph {
  readonly root = element('div', { className: 'graph' });
  readonly #ports: UsageGraphPorts;
  readonly #plot: UsagePlot;
  readonly #column = element('div', { className: 'column' });
  readonly #tip = element('div', { className: 'tip' });
  #look: PlotLook | undefined;
  /** The column that the keyboard stands on. */
  #index = 0;
  #hovered: number | undefined;

  constructor(ports: UsageGraphPorts) {
    this.#ports = ports;
    const canvas = element('div', { className: 'plot' });
    canvas.setAttribute('aria-hidden', 'true');
    this.#tip.setAttribute('aria-hidden', 'true');
    this.#tip.hidden = true;
    this.#column.hidden = true;
    this.root.append(this.#column, canvas, this.#tip);
    this.root.tabIndex = 0;
    this.root.setAttribute('role', 'slider');
    this.root.setAttribute('aria-valuemin', '0');
    this.#plot = new UsagePlot(ports.uPlot, canvas, (index) => this.#hover(index));
    this.root.addEventListener('keydown', (event) => this.#key(event));
    this.root.addEventListener('focus', () => this.#point());
    this.root.addEventListener('blur', () => this.#point());
    canvas.addEventListener('click', () => this.#open(this.#hovered));
  }

  focus(): void {
    this.root.focus();
  }

  show(look: PlotLook): void {
    const before = this.#look?.view;
    this.#look = look;
    const { columns, title, choice } = look.view;
    const zoomed = before?.choice.dayMs !== choice.dayMs;
    if (before === undefined || zoomed || this.#index >= columns.length) this.#index = startOf(look.view, before);
    this.root.classList.toggle('week', choice.dayMs === undefined);
    this.root.setAttribute('aria-label', `${title}. ${this.#ports.strings.chartHelp}`);
    this.root.setAttribute('aria-valuemax', String(Math.max(0, columns.length - 1)));
    this.#plot.show(look);
    this.#point();
  }

  /** In the colours of another theme. */
  repaint(): void {
    this.#plot.repaint();
    this.#point();
  }

  #hover(index: number | undefined): void {
    if (index === this.#hovered) return;
    this.#hovered = index;
    this.#point();
  }

  #key(event: KeyboardEvent): void {
    const last = (this.#look?.view.columns.length ?? 1) - 1;
    const to = {
      ArrowLeft: this.#index - 1,
      ArrowDown: this.#index - 1,
      ArrowRight: this.#index + 1,
      ArrowUp: this.#index + 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#index = Math.max(0, Math.min(last, to));
      this.#hovered = undefined;
      this.#point();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#open(this.#index);
    } else if (event.key === 'Escape' && this.#look?.view.choice.dayMs !== undefined) {
      this.#ports.onDay(undefined);
    }
  }

  #open(index: number | undefined): void {
    const view = this.#look?.view;
    if (view === undefined || index === undefined || view.choice.dayMs !== undefined) return;
    this.#ports.onDay(view.columns[index]?.startMs);
  }

  /** Cursor and figures follow the mouse, else the keyboard while the graph has the focus. */
  #point(): void {
    const view = this.#look?.view;
    if (view === undefined) return;
    this.root.setAttribute('aria-valuenow', String(this.#index));
    this.root.setAttribute('aria-valuetext', this.#spoken(view, this.#index));
    const index = this.#hovered ?? (document.activeElement === this.root ? this.#index : undefined);
    const column = index === undefined ? undefined : this.#plot.columnAt(index);
    this.#tip.hidden = column === undefined;
    this.#column.hidden = column === undefined;
    if (index === undefined || column === undefined) return;
    this.#column.style.left = `${column.left}px`;
    this.#column.style.width = `${column.width}px`;
    this.#column.style.height = `${this.#plot.plotHeight}px`;
    this.#tip.replaceChildren(...this.#tipRows(view, index));
    this.#placeTip(column);
  }

  #spoken({ columns, totals, series }: UsageView, index: number): string {
    const hidden = this.#look?.hidden;
    const parts = series
      .filter(({ id, values }) => hidden?.has(id) !== true && (values[index] ?? 0) > 0)
      .map(({ name, words }) => `${name} ${words[index] ?? ''}`);
    return [columns[index]?.long ?? '', totals[index] ?? '', ...parts].join(', ');
  }

  #tipRows({ columns, totals, series, choice }: UsageView, index: number): readonly HTMLElement[] {
    const rows = series
      .filter(({ id, values }) => this.#look?.hidden.has(id) !== true && (values[index] ?? 0) > 0)
      .map(({ id, name, words }) => {
        const swatch = element('span', { className: 'swatch' });
        swatch.style.background = `var(${this.#look?.colors.get(id) ?? ''})`;
        return element('div', {
          className: 'tip-row',
          children: [
            swatch,
            element('bdi', { text: name }),
            element('span', { className: 'count', text: words[index] ?? '' }),
          ],
        });
      });
    return [
      element('strong', { text: columns[index]?.long ?? '' }),
      ...rows,
      element('div', { className: 'tip-total', text: totals[index] ?? '' }),
      ...(choice.dayMs === undefined
        ? [element('div', { className: 'quiet', text: this.#ports.strings.openDay })]
        : []),
    ];
  }

  /** Beside the column, on the side that has room; below the bars where neither has. */
  #placeTip({ left, width }: { readonly left: number; readonly width: number }): void {
    const room = this.root.clientWidth;
    const own = this.#tip.offsetWidth;
    const right = left + width + 6;
    const at = right + own <= room ? right : left - own - 6;
    this.#tip.style.left = `${Math.max(0, Math.min(at, room - own))}px`;
    this.#tip.style.top = own > room / 2 ? `${this.#plot.plotHeight + 20}px` : '';
  }
}

/** Today at first; where a day was opened or left, the column that it stands in. */
function startOf({ columns, choice }: UsageView, before: UsageView | undefined): number {
  const leftDay = before?.choice.dayMs;
  if (choice.dayMs !== undefined) return 0;
  const at = columns.findIndex(({ startMs }) => startMs === leftDay);
  return at >= 0 ? at : Math.max(0, columns.length - 1);
}
