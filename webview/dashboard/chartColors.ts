/** Theme variables, in the order in which they are given out. */
const variables = [
  '--vscode-charts-blue',
  '--vscode-charts-orange',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-yellow',
  '--vscode-charts-red',
  '--vscode-terminal-ansiCyan',
] as const;
const othersVariable = '--vscode-descriptionForeground';

/** A series keeps its colour for as long as it is shown, whatever its rank. */
export class ChartColors {
  #given = new Map<string, string>();

  /** Theme variable by series id. */
  assign(ids: readonly string[]): ReadonlyMap<string, string> {
    const kept = new Map([...this.#given].filter(([id]) => ids.includes(id)));
    const free = variables.filter((variable) => ![...kept.values()].includes(variable));
    for (const id of ids) {
      if (kept.has(id)) continue;
      kept.set(id, id === 'others' ? othersVariable : (free.shift() ?? othersVariable));
    }
    this.#given = kept;
    return kept;
  }
}
