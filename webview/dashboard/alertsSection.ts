import type { DashboardAction } from '../../src/shared/dashboardMessages.ts';
import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { AlertRow, AlertsView } from '../../src/shared/dashboardView.ts';
import { button, textButton } from '../components.ts';
import { element } from '../element.ts';
import { icon, type IconName } from '../icon.ts';
import { KeyedList, type Entry } from '../keyedList.ts';

type Act = (action: DashboardAction) => void;

const icons: Readonly<Record<AlertRow['level'], IconName>> = {
  info: 'info',
  warning: 'warning',
  error: 'error',
  critical: 'error',
};

/** The red banner, above everything else. Nothing is there while keys answer. */
export class BannerSection {
  readonly root = element('div', { className: 'banner-place' });
  readonly #act: Act;
  #shown = '';

  constructor(act: Act) {
    this.#act = act;
    this.root.setAttribute('role', 'alert');
  }

  update(banner: AlertRow | undefined): void {
    const text = JSON.stringify(banner) ?? '';
    if (text === this.#shown) return;
    this.#shown = text;
    this.root.replaceChildren(...(banner === undefined ? [] : [this.#banner(banner)]));
  }

  #banner({ id, levelWord, words, more, time, runbook, action }: AlertRow): HTMLElement {
    const act = (part: 'runbook' | 'action'): void => this.#act({ do: 'alert', alert: id, part });
    return element('div', {
      className: 'banner',
      children: [
        icon('error'),
        element('div', {
          className: 'banner-words',
          children: [
            element('h2', { text: `${levelWord}: ${words}` }),
            element('ul', { children: more.map((text) => element('li', { text })) }),
            element('div', {
              className: 'buttons',
              children: [
                action === undefined ? undefined : button(action.title, 'primary', () => act('action')),
                runbook === undefined ? undefined : button(runbook, 'secondary', () => act('runbook')),
              ],
            }),
          ],
        }),
        element('span', { className: 'time', text: time }),
      ],
    });
  }
}

/** What is still true, and what is over. */
export class AlertsSection {
  readonly root = element('section', { className: 'alerts' });
  readonly #strings: DashboardStrings;
  readonly #none: HTMLElement;
  readonly #rows: KeyedList<AlertRow>;
  readonly #earlier: KeyedList<AlertRow>;
  readonly #earlierTitle = element('summary');
  readonly #earlierBox: HTMLDetailsElement;

  constructor(strings: DashboardStrings, act: Act) {
    this.#strings = strings;
    const rows = element('ul', { className: 'alert-list' });
    const earlier = element('ul', { className: 'alert-list' });
    const make = (row: AlertRow): AlertEntry => new AlertEntry(row, act);
    this.#rows = new KeyedList(rows, ({ id }) => id, make);
    this.#earlier = new KeyedList(earlier, ({ id }) => id, make);
    this.#none = element('p', { className: 'quiet', text: strings.noAlerts });
    this.#earlierBox = element('details', { children: [this.#earlierTitle, earlier] });
    this.root.append(element('h2', { text: strings.alerts }), this.#none, rows, this.#earlierBox);
  }

  update({ banner, rows, earlier }: AlertsView): void {
    this.#none.hidden = rows.length > 0 || banner !== undefined;
    this.#rows.show(rows);
    this.#earlier.show(earlier);
    this.#earlierBox.hidden = earlier.length === 0;
    this.#earlierTitle.textContent = this.#strings.earlierAlerts.replace('{0}', String(earlier.length));
  }
}

class AlertEntry implements Entry<AlertRow> {
  readonly root = element('li', { className: 'alert' });
  readonly #act: Act;
  #shown = '';

  constructor(row: AlertRow, act: Act) {
    this.#act = act;
    this.update(row);
  }

  update(row: AlertRow): void {
    const text = JSON.stringify(row);
    if (text === this.#shown) return;
    this.#shown = text;
    const { id, level, levelWord, words, more, time, runbook, action } = row;
    const act = (part: 'runbook' | 'action'): void => this.#act({ do: 'alert', alert: id, part });
    this.root.dataset['level'] = level;
    this.root.replaceChildren(
      icon(icons[level]),
      element('div', {
        className: 'alert-words',
        children: [
          element('p', { children: [spoken(`${levelWord}: `), element('bdi', { text: words })] }),
          ...more.map((line) => element('p', { className: 'quiet', text: line })),
          element('div', {
            className: 'links',
            children: [
              action === undefined ? undefined : textButton(action.title, () => act('action')),
              runbook === undefined ? undefined : textButton(runbook, () => act('runbook')),
            ],
          }),
        ],
      }),
      element('span', { className: 'time', text: time }),
    );
  }
}

const spoken = (text: string): HTMLElement => element('span', { className: 'spoken', text });
