import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { BarView } from '../../src/shared/dashboardView.ts';
import { element } from '../element.ts';

/** A bar with its numbers. The numbers say it all; the bar is for the eye. */
export class QuotaBar {
  readonly numbers = element('span', { className: 'numbers' });
  readonly meter = element('div', { className: 'meter' });
  readonly #fill = element('div', { className: 'fill' });
  readonly #words = element('span');
  readonly #limit = element('span', { className: 'tag' });
  readonly #learned = element('span', { className: 'tag learned' });

  constructor(strings: DashboardStrings) {
    this.#learned.title = strings.learnedHelp;
    this.numbers.append(this.#words, this.#limit, this.#learned);
    this.meter.append(this.#fill);
    this.meter.setAttribute('role', 'meter');
    this.meter.setAttribute('aria-valuemin', '0');
    this.meter.setAttribute('aria-valuemax', '100');
  }

  update(name: string, bar: BarView | undefined, used: string | undefined): void {
    this.meter.hidden = bar === undefined;
    this.#words.textContent = bar?.words ?? used ?? '';
    this.#words.classList.toggle('quiet', bar === undefined);
    this.#limit.hidden = bar?.limit === undefined;
    this.#limit.textContent = bar?.limit ?? '';
    this.#learned.hidden = bar?.learned === undefined;
    this.#learned.textContent = bar?.learned ?? '';
    if (bar === undefined) return;
    this.meter.dataset['level'] = bar.level;
    this.meter.setAttribute('aria-label', name);
    this.meter.setAttribute('aria-valuenow', String(Math.round(bar.percent)));
    this.meter.setAttribute('aria-valuetext', bar.words);
    this.#fill.style.inlineSize = `${bar.percent}%`;
  }
}
