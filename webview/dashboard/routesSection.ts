import type { Answer, DashboardAction } from '../../src/shared/dashboardMessages.ts';
import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { RouteRow, RouteTraceView } from '../../src/shared/dashboardView.ts';
import { element } from '../element.ts';
import { icon, type IconName } from '../icon.ts';
import { KeyedList, type Entry } from '../keyedList.ts';

type Ask = (action: DashboardAction) => Promise<Answer>;

const outcomeIcons: Readonly<Record<RouteRow['outcome'], IconName>> = {
  answered: 'pass',
  cached: 'pass',
  degraded: 'warning',
  failed: 'error',
  cancelled: 'slash',
};

const stepIcons: Readonly<Record<RouteTraceView['steps'][number]['kind'], IconName>> = {
  answered: 'pass',
  failed: 'error',
  waited: 'clock',
  passed: 'slash',
};

/** The latest requests; each unfolds why its key was taken. */
export class RoutesSection {
  readonly root = element('section', { className: 'routes' });
  readonly #none: HTMLElement;
  readonly #rows: KeyedList<RouteRow>;

  constructor(strings: DashboardStrings, ask: Ask) {
    const list = element('ul', { className: 'route-list' });
    this.#none = element('p', { className: 'quiet', text: strings.noRoutes });
    this.#rows = new KeyedList(
      list,
      ({ id }) => id,
      (row) => new RouteEntry(row, strings, ask),
    );
    this.root.append(element('h2', { text: strings.routes }), this.#none, list);
  }

  update(routes: readonly RouteRow[]): void {
    this.#none.hidden = routes.length > 0;
    this.#rows.show(routes);
  }
}

class RouteEntry implements Entry<RouteRow> {
  readonly root = element('li', { className: 'route' });
  readonly #strings: DashboardStrings;
  readonly #ask: Ask;
  readonly #summary = element('summary');
  readonly #trace = element('div', { className: 'trace' });
  #shown = '';
  #traced = false;

  constructor(row: RouteRow, strings: DashboardStrings, ask: Ask) {
    this.#strings = strings;
    this.#ask = ask;
    const details = element('details', { children: [this.#summary, this.#trace] });
    details.addEventListener('toggle', () => {
      if (details.open) void this.#loadTrace(row.id);
    });
    this.root.append(details);
    this.update(row);
  }

  update(row: RouteRow): void {
    const text = JSON.stringify(row);
    if (text === this.#shown) return;
    this.#shown = text;
    const { tokens, whyThisKey } = this.#strings;
    const outcome = element('span', {
      className: 'outcome',
      children: [icon(outcomeIcons[row.outcome]), element('span', { text: row.outcomeWord })],
    });
    outcome.dataset['outcome'] = row.outcome;
    this.#summary.replaceChildren(
      icon('chevron'),
      cell('time', row.time),
      outcome,
      cell('asked-by', row.askedBy),
      cell('route-key', row.key),
      cell('model', row.model),
      cell('tokens', row.tokens === none ? none : `${row.tokens} ${tokens.toLowerCase()}`),
      cell('ms', row.ms),
      element('span', { className: 'why', text: whyThisKey }),
    );
  }

  async #loadTrace(id: string): Promise<void> {
    if (this.#traced) return;
    this.#trace.textContent = this.#strings.loading;
    const { trace, problem } = await this.#ask({ do: 'route', route: id });
    if (trace === undefined) {
      this.#trace.textContent = problem ?? this.#strings.noReply;
      return;
    }
    this.#traced = true;
    this.#trace.replaceChildren(traceView(trace));
  }
}

const none = '–';

/** What is missing keeps its column; where there are no columns it is left out. */
const cell = (className: string, text: string): HTMLElement =>
  element('bdi', { className: text === none ? `${className} none` : className, text });

function traceView({ steps, more }: RouteTraceView): HTMLElement {
  const rows = steps.map(({ kind, words, facts }) => {
    const made = element('li', {
      children: [
        icon(stepIcons[kind]),
        element('div', {
          children: [element('p', { text: words }), element('p', { className: 'quiet', text: facts })],
        }),
      ],
    });
    made.dataset['kind'] = kind;
    return made;
  });
  return element('div', {
    children: [
      element('ol', { children: rows }),
      more === undefined ? undefined : element('p', { className: 'quiet', text: more }),
    ],
  });
}
