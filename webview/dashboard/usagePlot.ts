import type uPlot from 'uplot';

import type { UsageView } from '../../src/shared/dashboardView.ts';

export type PlotLook = {
  readonly view: UsageView;
  /** Series ids that the legend has switched off. */
  readonly hidden: ReadonlySet<string>;
  /** Theme variable by series id. */
  readonly colors: ReadonlyMap<string, string>;
  readonly language: string;
};

const height = 220;
const steps = [1, 2, 5].flatMap((digit) => Array.from({ length: 13 }, (_, power) => digit * 10 ** power));

/** Stacked bars on a canvas. Where the cursor is, and what it means, is its owner's matter. */
export class UsagePlot {
  readonly root: HTMLElement;
  readonly #uPlot: typeof uPlot;
  readonly #onCursor: (index: number | undefined) => void;
  #plot: uPlot | undefined;
  #look: PlotLook | undefined;
  #shape = '';

  constructor(make: typeof uPlot, root: HTMLElement, onCursor: (index: number | undefined) => void) {
    this.#uPlot = make;
    this.root = root;
    this.#onCursor = onCursor;
    new ResizeObserver(() => this.#resize()).observe(root);
  }

  show(look: PlotLook): void {
    this.#look = look;
    const { view, hidden, colors } = look;
    const ids = view.series.map(({ id }) => `${id} ${hidden.has(id)} ${colors.get(id) ?? ''}`);
    const shape = JSON.stringify([ids, view.columns.map(({ short }) => short)]);
    if (this.#plot === undefined || shape !== this.#shape) this.#build(look);
    else this.#plot.setData(stacked(look));
    this.#shape = shape;
  }

  /** Left edge and width of a column, in pixels of `root`. */
  columnAt(index: number): { readonly left: number; readonly width: number } | undefined {
    const plot = this.#plot;
    if (plot === undefined) return undefined;
    const from = plot.valToPos(index - 0.5, 'x');
    return { left: from + plot.over.offsetLeft, width: plot.valToPos(index + 0.5, 'x') - from };
  }

  get plotHeight(): number {
    return this.#plot?.over.clientHeight ?? 0;
  }

  /** In the colours of another theme. */
  repaint(): void {
    if (this.#look !== undefined && this.#plot !== undefined) this.#build(this.#look);
  }

  #resize(): void {
    const width = this.root.clientWidth;
    if (this.#plot !== undefined && width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height });
  }

  #build(look: PlotLook): void {
    this.#plot?.destroy();
    const bars = this.#uPlot.paths.bars?.({ size: [0.68, 56] });
    const options = optionsOf(look, this.root, bars, this.#onCursor);
    this.#plot = new this.#uPlot(options, stacked(look), this.root);
  }
}

const shownSeries = ({ view, hidden }: PlotLook): UsageView['series'] =>
  view.series.filter(({ id }) => !hidden.has(id));

/** The share of the height under which a bar would not be seen. */
const leastShare = 0.025;

/** Sums from the bottom up; the highest comes first, since each is painted over the one before. */
function stacked(look: PlotLook): uPlot.AlignedData {
  const { columns } = look.view;
  const shown = shownSeries(look);
  const totals = columns.map((_, index) => shown.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const least = Math.max(...totals) * leastShare;
  const sums = columns.map(() => 0);
  const rows = shown.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value === 0 ? 0 : Math.max(value, least));
      // An empty bar has no edge to draw either.
      return value === 0 ? null : sums[index];
    }),
  );
  return [columns.map((_, index) => index), ...rows.toReversed()];
}

function optionsOf(
  look: PlotLook,
  root: HTMLElement,
  bars: uPlot.Series.PathBuilder | undefined,
  onCursor: (index: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(root);
  const color = (variable: string): string => style.getPropertyValue(variable).trim();
  const text = style.color;
  const line = color('--chart-line') || text;
  const font = `${style.fontSize} ${style.fontFamily}`;
  const count = look.view.columns.length;
  const compact = new Intl.NumberFormat(look.language, { notation: 'compact', maximumFractionDigits: 1 });
  const background = color('--card');
  return {
    width: root.clientWidth || 600,
    height,
    legend: { show: false },
    // The last label is wider than its column may be.
    padding: [8, 14, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: () => [-0.5, count - 0.5] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.06 : 1] },
    },
    axes: [
      {
        stroke: text,
        font,
        size: 38,
        grid: { show: false },
        ticks: { show: false },
        splits: (plot) => labelled(plot, count),
        values: (_, at) => at.map((index) => look.view.columns[index]?.short ?? ''),
      },
      {
        stroke: text,
        font,
        size: 48,
        incrs: steps,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        values: (_, at) => at.map((value) => compact.format(value)),
      },
    ],
    series: [
      {},
      ...shownSeries(look)
        .map(({ id }) => ({
          stroke: background,
          width: 1,
          fill: color(look.colors.get(id) ?? '') || text,
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        }))
        .toReversed(),
    ],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)] },
  };
}

/** As many labels as have room beside each other. */
function labelled(plot: uPlot, count: number): number[] {
  const room = Math.max(1, Math.floor((plot.width - 60) / 58));
  const every = [1, 2, 3, 4, 6, 8, 12].find((step) => count / step <= room) ?? count;
  return Array.from({ length: count }, (_, index) => index).filter((index) => index % every === 0);
}
