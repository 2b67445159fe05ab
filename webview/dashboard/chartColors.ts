/** Theme variables, in the order in which they are given out. A theme may lack some of them. */
const variables = [
  '--vscode-charts-blue',
  '--vscode-charts-orange',
  '--vscode-charts-green',
  '--vscode-charts-purple',
  '--vscode-charts-yellow',
  '--vscode-charts-red',
  '--vscode-terminal-ansiCyan',
  '--vscode-terminal-ansiMagenta',
  '--vscode-terminal-ansiBrightBlue',
] as const;
const othersVariable = '--vscode-foreground';

/** A series keeps its colour for as long as it is shown, whatever its rank. */
export class ChartColors {
  #given = new Map<string, string>();

  /** Theme variable by series id. */
  assign(ids: readonly string[]): ReadonlyMap<string, string> {
    const kept = new Map([...this.#given].filter(([id]) => ids.includes(id)));
    const taken = [...kept.values()];
    const free = distinct().filter((variable) => !taken.includes(variable));
    for (const id of ids) {
      if (kept.has(id)) continue;
      kept.set(id, id === 'others' ? othersVariable : (free.shift() ?? othersVariable));
    }
    this.#given = kept;
    return kept;
  }

  /** The theme has changed. */
  forget(): void {
    this.#given = new Map();
  }
}

/** Those that the theme has, each colour once. */
function distinct(): string[] {
  const style = getComputedStyle(document.body);
  const colors = new Map<string, string>();
  for (const variable of variables) {
    const color = style.getPropertyValue(variable).trim();
    if (color !== '' && !colors.has(color)) colors.set(color, variable);
  }
  return [...colors.values()];
}
