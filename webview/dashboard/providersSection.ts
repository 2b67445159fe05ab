import type { DashboardView, KeyGroup, ProviderCard } from '../../src/shared/dashboardView.ts';
import { button, textButton } from '../components.ts';
import { element } from '../element.ts';
import { KeyedList, type Entry } from '../keyedList.ts';
import { KeyEntry, type KeyEntryPorts, type ShownKey } from './keyEntry.ts';
import { QuotaBar } from './quotaBar.ts';

/** More keys than these are shown on demand: a card stays a card. */
const keysAtFirst = 8;

type Keys = DashboardView['keys'];
type ShownCard = { readonly card: ProviderCard; readonly keys: Keys };
type ShownGroup = { readonly id: string; readonly group: KeyGroup; readonly keys: Keys; readonly most: number };

/** A card a provider. */
export class ProvidersSection {
  readonly root = element('section', { className: 'providers' });
  readonly #cards: KeyedList<ShownCard>;
  readonly #empty: HTMLElement;

  constructor(ports: KeyEntryPorts) {
    const { strings, act } = ports;
    const list = element('div', { className: 'cards' });
    this.#cards = new KeyedList(
      list,
      ({ card }) => card.id,
      (shown) => new CardEntry(shown, ports),
    );
    this.#empty = element('div', {
      className: 'empty',
      children: [
        element('h3', { text: strings.noKeys }),
        element('p', { className: 'quiet', text: strings.addFirstKey }),
        element('div', {
          className: 'buttons',
          children: [
            button(strings.addKey, 'primary', () => act({ do: 'addKey' })),
            button(strings.importEnv, 'secondary', () => act({ do: 'importEnv' })),
          ],
        }),
      ],
    });
    this.root.append(element('h2', { text: strings.providers }), this.#empty, list);
  }

  update(providers: readonly ProviderCard[], keys: Keys): void {
    this.#empty.hidden = providers.length > 0;
    this.#cards.show(providers.map((card) => ({ card, keys })));
  }
}

class CardEntry implements Entry<ShownCard> {
  readonly root = element('article', { className: 'card' });
  readonly #ports: KeyEntryPorts;
  readonly #name = element('h3');
  readonly #health = element('span', { className: 'health' });
  readonly #count = element('span');
  readonly #reset = element('span');
  readonly #groups: KeyedList<ShownGroup>;
  readonly #more: HTMLButtonElement;
  #shown: ShownCard;
  #all = false;

  constructor(shown: ShownCard, ports: KeyEntryPorts) {
    this.#shown = shown;
    this.#ports = ports;
    const groups = element('div', { className: 'groups' });
    this.#groups = new KeyedList(
      groups,
      ({ id }) => id,
      (group) => new GroupEntry(group, ports),
    );
    this.#more = textButton('', () => {
      this.#all = !this.#all;
      this.update(this.#shown);
    });
    this.root.append(
      element('header', {
        children: [
          element('div', { className: 'card-title', children: [this.#name, this.#health] }),
          element('p', { className: 'card-facts quiet', children: [this.#count, this.#reset] }),
        ],
      }),
      groups,
      this.#more,
    );
  }

  update(shown: ShownCard): void {
    this.#shown = shown;
    const { card, keys } = shown;
    this.root.dataset['provider'] = card.id;
    this.#name.textContent = card.name;
    this.#health.textContent = card.health.words;
    this.#health.dataset['level'] = card.health.level;
    this.#count.textContent = card.keys;
    this.#reset.textContent = card.reset ?? '';
    this.#reset.hidden = card.reset === undefined;
    this.#showGroups(card, keys);
  }

  #showGroups({ groups }: ProviderCard, keys: Keys): void {
    const total = groups.reduce((sum, group) => sum + group.keys.length, 0);
    let left = this.#all ? total : keysAtFirst;
    const shown = groups.flatMap((group, index) => {
      const most = Math.min(left, group.keys.length);
      left -= most;
      return most > 0 ? [{ id: group.pool?.name ?? `keys ${index}`, group, keys, most }] : [];
    });
    this.#groups.show(shown);
    const { moreKeys, fewerKeys } = this.#ports.strings;
    this.#more.hidden = total <= keysAtFirst;
    this.#more.textContent = this.#all ? fewerKeys : moreKeys.replace('{0}', String(total));
    this.#more.setAttribute('aria-expanded', String(this.#all));
  }
}

class GroupEntry implements Entry<ShownGroup> {
  readonly root = element('div', { className: 'group' });
  readonly #name = element('bdi', { className: 'name' });
  readonly #note = element('p', { className: 'quiet' });
  readonly #bar: QuotaBar;
  readonly #head: HTMLElement;
  readonly #keys: KeyedList<ShownKey>;

  constructor(shown: ShownGroup, ports: KeyEntryPorts) {
    this.#bar = new QuotaBar(ports.strings);
    const list = element('ul', { className: 'keys' });
    this.#keys = new KeyedList(
      list,
      ({ ref }) => ref,
      (key) => new KeyEntry(key, ports),
    );
    this.#head = element('div', {
      className: 'pool',
      children: [
        element('div', {
          className: 'key-line',
          children: [element('span', { className: 'key-name', children: [this.#name] }), this.#bar.numbers],
        }),
        this.#bar.meter,
        this.#note,
      ],
    });
    this.root.append(this.#head, list);
    this.update(shown);
  }

  update({ group, keys, most }: ShownGroup): void {
    const { pool } = group;
    this.#head.hidden = pool === undefined;
    this.root.classList.toggle('pooled', pool !== undefined);
    if (pool !== undefined) {
      this.#name.textContent = pool.name;
      this.#note.textContent = pool.note;
      this.#bar.update(pool.name, pool.bar, pool.used);
    }
    this.#keys.show(
      group.keys.slice(0, most).flatMap((ref) => {
        const row = keys[ref];
        return row === undefined ? [] : [{ ref, row }];
      }),
    );
  }
}
