import { scaled, type Loop } from './calibration.ts';

/** One entry of out/bench.json. */
export type Row = {
  readonly row: string;
  /** Null: nothing was measured in this run. */
  readonly value: number | null;
  readonly unit: string;
  readonly bar: number | null;
  readonly met: boolean | null;
};

/** Absolute ones show what was measured here, and the loop by which `value` is scaled. */
export type PrintedRow = Row & { readonly measured?: { readonly value: number; readonly loopMs: number } };

export type Bar = { readonly most: number } | { readonly least: number };

export function rowOf(row: string, value: number | undefined, unit: string, bar?: Bar): PrintedRow {
  const edge = bar === undefined ? null : 'most' in bar ? bar.most : bar.least;
  if (value === undefined || !Number.isFinite(value)) {
    return { row, value: null, unit, bar: edge, met: bar === undefined ? null : false };
  }
  const met = bar === undefined ? null : 'most' in bar ? value <= bar.most : value >= bar.least;
  return { row, value: rounded(value), unit, bar: edge, met };
}

/** A row in µs or ms, as the machine that the bars are for would have taken it. */
export function absoluteRow(
  row: string,
  measured: number | undefined,
  loop: Loop | undefined,
  unit: string,
  bar?: Bar,
): PrintedRow {
  if (measured === undefined || loop === undefined) return rowOf(row, undefined, unit, bar);
  const loopMs = unit.startsWith('µs') ? loop.steadyMs : loop.wholeMs;
  const shown = { value: rounded(measured), loopMs: Math.round(loopMs) };
  return { ...rowOf(row, scaled(measured, loopMs), unit, bar), measured: shown };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

export const stored = ({ row, value, unit, bar, met }: PrintedRow): Row => ({ row, value, unit, bar, met });

export function printRows(rows: readonly PrintedRow[]): void {
  const widest = Math.max(...rows.map(({ row }) => row.length));
  for (const { row, value, unit, bar, met, measured } of rows) {
    const verdict = met === null ? '' : met ? 'met' : value === null ? 'not measured' : 'NOT MET';
    const shown = `${value ?? '–'} ${unit}`.padStart(20);
    const scale = measured === undefined ? '' : `(measured ${measured.value}, loop ${measured.loopMs} ms)`;
    console.log(
      `${row.padEnd(widest)} ${shown}  ${(bar === null ? '' : `bar ${bar}`).padEnd(9)} ${verdict.padEnd(12)} ${scale}`,
    );
  }
}
