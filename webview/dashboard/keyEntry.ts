import type { DashboardAction } from '../../src/shared/dashboardMessages.ts';
import type { DashboardStrings } from '../../src/shared/dashboardStrings.ts';
import type { KeyAction, KeyRow } from '../../src/shared/dashboardView.ts';
import { element } from '../element.ts';
import { icon, type IconName } from '../icon.ts';
import type { Entry } from '../keyedList.ts';
import type { PopupMenu } from '../popupMenu.ts';
import { QuotaBar } from './quotaBar.ts';

export type KeyEntryPorts = {
  readonly strings: DashboardStrings;
  readonly menu: PopupMenu;
  readonly act: (action: DashboardAction) => void;
};

/** A key with its ref. */
export type ShownKey = { readonly ref: string; readonly row: KeyRow };

const stateIcons: Readonly<Record<KeyRow['state'], IconName>> = {
  ok: 'pass',
  warning: 'pass',
  cooling: 'clock',
  exhausted: 'slash',
  quarantined: 'shield',
  refused: 'error',
  disabled: 'pause',
  secretMissing: 'question',
  originNotConfirmed: 'lock',
  providerUnknown: 'question',
};

/** One key: name, label, bar, state, priority, menu. */
export class KeyEntry implements Entry<ShownKey> {
  readonly root = element('li', { className: 'key' });
  readonly #ports: KeyEntryPorts;
  readonly #name = element('span', { className: 'name' });
  readonly #label = element('bdi', { className: 'label' });
  readonly #bar: QuotaBar;
  readonly #state = element('span', { className: 'state' });
  readonly #facts = element('span', { className: 'key-facts quiet' });
  readonly #menuButton = element('button', { className: 'icon-button' });
  #shown: ShownKey;
  #painted: KeyRow | undefined;

  constructor(shown: ShownKey, ports: KeyEntryPorts) {
    this.#shown = shown;
    this.#ports = ports;
    this.#bar = new QuotaBar(ports.strings);
    this.#menuButton.type = 'button';
    this.#menuButton.append(icon('more'));
    this.#menuButton.setAttribute('aria-haspopup', 'menu');
    this.#menuButton.setAttribute('aria-expanded', 'false');
    this.#menuButton.addEventListener('click', () => this.#openMenu());
    this.root.append(
      element('div', {
        className: 'key-head',
        children: [
          element('div', {
            className: 'key-line',
            children: [
              element('span', { className: 'key-name', children: [this.#name, this.#label] }),
              this.#bar.numbers,
            ],
          }),
          this.#menuButton,
        ],
      }),
      this.#bar.meter,
      element('div', { className: 'key-foot', children: [this.#state, this.#facts] }),
    );
  }

  update(shown: ShownKey): void {
    this.#shown = shown;
    const { ref, row } = shown;
    if (row === this.#painted) return;
    this.#painted = row;
    this.root.dataset['key'] = ref;
    this.root.dataset['state'] = row.state;
    this.#name.textContent = row.name;
    this.#label.textContent = row.label;
    this.#label.hidden = row.label === '';
    this.#bar.update(row.fullName, row.bar, row.used);
    this.#state.replaceChildren(icon(stateIcons[row.state]), element('span', { text: row.stateWord }));
    this.#facts.replaceChildren(
      ...[row.low, row.until, row.priority].flatMap((text) => (text === undefined ? [] : [element('span', { text })])),
    );
    const title = this.#ports.strings.keyMenu.replace('{0}', row.fullName);
    this.#menuButton.setAttribute('aria-label', title);
    this.#menuButton.title = title;
  }

  #openMenu(): void {
    const { strings, menu, act } = this.#ports;
    const titles: Readonly<Record<KeyAction, string>> = strings;
    const { ref, row } = this.#shown;
    menu.open(
      this.#menuButton,
      strings.keyMenu.replace('{0}', row.fullName),
      row.actions.map((action) => ({ title: titles[action], run: () => act({ do: 'key', key: ref, action }) })),
    );
  }
}
