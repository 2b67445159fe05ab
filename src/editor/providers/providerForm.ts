import * as vscode from 'vscode';

import { catalog } from '../../core/providers/catalog.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { entryOf, providerIn, withEntry, type EntryChanges } from '../../core/providers/providerEntry.ts';
import { limitShapes } from '../../core/quota/limits.ts';
import { plainText } from '../plainText.ts';
import { askBaseAddress, askCheckAddress, askConcurrent, askLimits, askName, askTimeZone } from './providerFields.ts';

/** What the user may want to do besides changing fields. */
export type FormEnd = 'save' | 'switchOff' | 'remove' | 'builtIn' | undefined;

export type FormPorts = {
  /** `aiKeys.providers` as it is stored. */
  readonly setting: () => unknown;
  readonly chooseModels: (draft: Provider) => Promise<readonly string[] | undefined>;
  /** The row about the key of a provider that is being added; absent where keys are edited by themselves. */
  readonly key?: { readonly words: () => string; readonly ask: () => Promise<void> };
  /** The address is another one than before. */
  readonly onMoved?: () => Promise<void>;
};

type Row = vscode.QuickPickItem & { readonly run?: () => Promise<void>; readonly end?: FormEnd };

/** All of a provider's properties in one list; each is changed in its own box, and Escape there leads back. */
export class ProviderForm {
  readonly #id: string;
  readonly #isNew: boolean;
  readonly #ports: FormPorts;
  #changes: EntryChanges;

  constructor(id: string, ports: FormPorts, { isNew, changes }: { isNew: boolean; changes: EntryChanges }) {
    this.#id = id;
    this.#isNew = isNew;
    this.#ports = ports;
    this.#changes = changes;
  }

  get changes(): EntryChanges {
    return this.#changes;
  }

  /** As it would be after saving. */
  get draft(): Provider | undefined {
    const written = withEntry(this.#ports.setting(), this.#id, this.#changes);
    return written.ok ? providerIn(written.setting, this.#id, vscode.l10n) : undefined;
  }

  change(changes: EntryChanges): void {
    this.#changes = { ...this.#changes, ...changes };
  }

  async run(): Promise<FormEnd> {
    for (;;) {
      const { draft } = this;
      if (draft === undefined) return undefined;
      const chosen = await vscode.window.showQuickPick(this.#rows(draft), {
        title: this.#title(draft),
        placeHolder: this.#isNew
          ? vscode.l10n.t('Enter adds it; Escape leaves everything as it is')
          : vscode.l10n.t('What to change? Escape leaves everything as it was'),
        ignoreFocusOut: true,
      });
      if (chosen === undefined) return undefined;
      if (chosen.end !== undefined) return chosen.end;
      await chosen.run?.();
    }
  }

  #rows(draft: Provider): readonly Row[] {
    const name = plainText(draft.displayName);
    const save: Row = {
      end: 'save',
      label: this.#isNew ? vscode.l10n.t('$(check) Add {0}', name) : vscode.l10n.t('$(check) Save'),
    };
    const changed = Object.keys(this.#changes).length > 0;
    return [...(this.#isNew || changed ? [save] : []), ...this.#fields(draft), ...this.#ends()];
  }

  #fields(draft: Provider): readonly Row[] {
    const { key } = this.#ports;
    const title = this.#title(draft);
    return [
      {
        label: vscode.l10n.t('$(tag) Name'),
        description: plainText(draft.displayName),
        run: async () => this.#put('displayName', await askName(title, draft.displayName), draft.displayName),
      },
      {
        label: vscode.l10n.t('$(globe) Address'),
        description: draft.baseUrl,
        run: () => this.#move(draft),
      },
      {
        label: vscode.l10n.t('$(verified) Address of the Check'),
        description: draft.checkUrl ?? vscode.l10n.t('none'),
        run: async () => this.#put('checkUrl', await askCheckAddress(title, draft.checkUrl ?? ''), draft.checkUrl),
      },
      ...(key === undefined
        ? [this.#keyToggle(draft)]
        : [{ label: vscode.l10n.t('$(key) Key'), description: key.words(), run: key.ask }]),
      {
        label: vscode.l10n.t('$(symbol-misc) Models'),
        description:
          draft.models.length === 0
            ? vscode.l10n.t('as its own list has them')
            : draft.models.map(({ id }) => id).join(', '),
        run: async () => {
          const models = await this.#ports.chooseModels(draft);
          if (models !== undefined) this.change({ models: models.length === 0 ? undefined : this.#asStored(models) });
        },
      },
      {
        label: vscode.l10n.t('$(dashboard) Limits of Each Key'),
        description: this.#limitWords(draft),
        run: async () => {
          const own = this.#ownLimits(draft);
          const limits = await askLimits(title, own, this.#base?.limits ?? {});
          if (JSON.stringify(limits) !== JSON.stringify(own))
            this.change({ limits: Object.keys(limits).length === 0 ? undefined : limits });
        },
      },
      {
        label: vscode.l10n.t('$(split-horizontal) Requests at Once with Each Key'),
        description: draft.maxConcurrent === undefined ? vscode.l10n.t('no cap') : String(draft.maxConcurrent),
        run: async () => {
          const answer = await askConcurrent(title, draft.maxConcurrent);
          if (answer !== undefined && answer.value !== draft.maxConcurrent)
            this.change({ maxConcurrent: answer.value });
        },
      },
      {
        label: vscode.l10n.t('$(watch) Time Zone of Its Quota Day'),
        description: draft.resetTimeZone,
        run: async () => this.#put('resetTimeZone', await askTimeZone(title, draft.resetTimeZone), draft.resetTimeZone),
      },
    ];
  }

  #ends(): readonly Row[] {
    if (this.#isNew) return [];
    const stored = entryOf(this.#ports.setting(), this.#id);
    const fromCatalog = this.#base !== undefined;
    const separator: Row = { label: '', kind: vscode.QuickPickItemKind.Separator };
    if (!fromCatalog) return [separator, { end: 'remove', label: vscode.l10n.t('$(trash) Remove Provider…') }];
    return [
      separator,
      ...(Object.keys(stored).length === 0
        ? []
        : [{ end: 'builtIn' as const, label: vscode.l10n.t('$(discard) Back to the Built-in Values…') }]),
      { end: 'switchOff', label: vscode.l10n.t('$(circle-slash) Switch Off…') },
    ];
  }

  #keyToggle(draft: Provider): Row {
    return {
      label: vscode.l10n.t('$(key) Key'),
      description: draft.needsKey ? vscode.l10n.t('needs one') : vscode.l10n.t('needs none'),
      run: async () => this.change({ needsKey: !draft.needsKey }),
    };
  }

  async #move(draft: Provider): Promise<void> {
    const url = await askBaseAddress(this.#title(draft), draft.baseUrl);
    if (url === undefined || url === draft.baseUrl) return;
    this.change({ baseUrl: url });
    await this.#ports.onMoved?.();
  }

  /** An empty answer takes the field out: what is built in holds again. */
  #put(field: string, answer: string | undefined, before: string | undefined): void {
    if (answer === undefined || answer === before) return;
    this.change({ [field]: answer === '' ? undefined : answer });
  }

  /** A model that the entry describes (sizes, limits) keeps its description. */
  #asStored(models: readonly string[]): readonly unknown[] {
    const stored = entryOf(this.#ports.setting(), this.#id)['models'];
    const described = new Map(
      (Array.isArray(stored) ? stored : []).flatMap((item: unknown): (readonly [string, unknown])[] =>
        typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
          ? [[item.id, item]]
          : [],
      ),
    );
    return models.map((id) => described.get(id) ?? id);
  }

  get #base(): Provider | undefined {
    return catalog.find(({ id }) => id === this.#id);
  }

  /** Those that the entry names, rather than the catalog. */
  #ownLimits(draft: Provider): Provider['limits'] {
    const base = this.#base?.limits ?? {};
    const names = limitShapes.map(({ name }) => name).filter((name) => draft.limits[name] !== base[name]);
    return Object.fromEntries(names.map((name) => [name, draft.limits[name]]));
  }

  #limitWords(draft: Provider): string {
    const own = Object.keys(this.#ownLimits(draft)).length;
    return own === 0 ? vscode.l10n.t('as the provider says') : vscode.l10n.t('{0} of your own', own);
  }

  #title({ displayName }: Provider): string {
    const name = plainText(displayName);
    return this.#isNew ? vscode.l10n.t('Add {0}', name) : vscode.l10n.t('Edit {0}', name);
  }
}
