import * as vscode from 'vscode';

import type { CheckResult } from '../../core/keys/keyCheck.ts';
import { describeKeyringProblem } from '../../core/keys/describeKeyringProblem.ts';
import type { PreparedKey } from '../../core/keys/keyringResult.ts';
import type { ModelsResult } from '../../core/providers/chatCall.ts';
import { catalog, presets } from '../../core/providers/catalog.ts';
import type { Failure } from '../../core/providers/failure.ts';
import { originOf } from '../../core/providers/origin.ts';
import type { Provider } from '../../core/providers/provider.ts';
import { newProviderId, withEntry, type EntryChanges } from '../../core/providers/providerEntry.ts';
import { checkWords } from '../commands/checkWords.ts';
import { sayStored } from '../commands/sayStored.ts';
import { askSecret } from '../commands/secretDialog.ts';
import { showKeyringProblem } from '../showKeyringProblem.ts';
import { listModels } from './listModels.ts';
import { askModels } from './modelPick.ts';
import { chooseNewProvider } from './providerChoice.ts';
import { askBaseAddress, askName } from './providerFields.ts';
import { ProviderForm } from './providerForm.ts';
import type { ProviderPorts } from './providerPorts.ts';
import { storeProviders } from './providerStore.ts';

/** Address, name, key, models; then all of it in one list, and nothing is stored before its first row is taken. */
export async function addProvider(ports: ProviderPorts): Promise<void> {
  const choice = await chooseNewProvider(ports);
  if (choice === undefined) return;
  const start = choice === 'own' ? await askOwn(ports) : { id: choice.id, changes: {} };
  if (start !== undefined) await new NewProvider(start.id, start.changes, ports).run();
}

async function askOwn({ providers }: ProviderPorts): Promise<{ id: string; changes: EntryChanges } | undefined> {
  const title = vscode.l10n.t('Add Provider');
  const baseUrl = await askBaseAddress(title, '', (url) => {
    const same = providers().find((provider) => provider.baseUrl === url);
    return same === undefined ? undefined : vscode.l10n.t('This is the address of {0}.', same.displayName);
  });
  if (baseUrl === undefined) return undefined;
  const suggested = new URL(baseUrl).host;
  const displayName = await askName(title, suggested);
  if (displayName === undefined) return undefined;
  const name = displayName === '' ? suggested : displayName;
  const taken = (id: string): boolean => [...catalog, ...presets, ...providers()].some((known) => known.id === id);
  return { id: newProviderId(name, taken), changes: { displayName: name, baseUrl } };
}

type DraftKey = { readonly prepared: PreparedKey; readonly checked: CheckResult };

class NewProvider {
  readonly #id: string;
  readonly #ports: ProviderPorts;
  readonly #form: ProviderForm;
  /** Undefined: it needs none, or the user has none yet. */
  #key: DraftKey | undefined;
  #listed: ModelsResult | undefined;

  constructor(id: string, changes: EntryChanges, ports: ProviderPorts) {
    this.#id = id;
    this.#ports = ports;
    this.#form = new ProviderForm(
      id,
      {
        setting: ports.providerSetting,
        chooseModels: (draft) => this.#chooseModels(draft),
        key: { words: () => this.#keyWords(), ask: async () => void (await this.#askKey()) },
        onMoved: async () => {
          this.#key = undefined;
          this.#listed = undefined;
          await this.#askKey();
        },
      },
      { isNew: true, changes },
    );
  }

  async run(): Promise<void> {
    const draft = this.#form.draft;
    if (draft === undefined) return void (await storeProviders({ ok: false }));
    if ((await this.#wantsKey(draft)) && !(await this.#askKey())) return;
    const current = this.#form.draft;
    if (current === undefined) return;
    const models = await this.#chooseModels(current);
    if (models === undefined) return;
    const asBefore = models.join('\n') === current.models.map(({ id }) => id).join('\n');
    if (!asBefore && !this.#isWholeList(models)) this.#form.change({ models });
    if ((await this.#form.run()) === 'save') await this.#save();
  }

  /** A server on this machine that answers without a key needs none. */
  async #wantsKey(draft: Provider): Promise<boolean> {
    if (draft.needsKey) return true;
    this.#listed = await listModels(draft, undefined, this.#ports);
    const refused: readonly Failure['kind'][] = ['authInvalid', 'authBlocked'];
    return !this.#listed.ok && refused.includes(this.#listed.failure.kind);
  }

  /** False: the user left. */
  async #askKey(): Promise<boolean> {
    const { keyring, providers, notice } = this.#ports;
    const draft = this.#form.draft;
    if (draft === undefined) return false;
    const due = notice.due([draft]);
    const outcome = await askSecret<PreparedKey, DraftKey & { ok: true }, 'none'>({
      title: vscode.l10n.t('Key of {0}', draft.displayName),
      prompt: [
        vscode.l10n.t('Sent to {0} alone. Leave it empty if it needs none.', originOf(draft.baseUrl)),
        due?.text ?? '',
      ].join(' '),
      provider: draft,
      providers,
      prepare: (text) => keyring.prepareFor(draft, text),
      check: (prepared, signal) => keyring.checkPrepared(prepared, signal),
      take: async (prepared, checked) => ({ ok: true, prepared, checked }),
      detour: async (text) => (text.trim() === '' ? 'none' : undefined),
    });
    if (outcome.kind === 'left') return false;
    this.#key = outcome.kind === 'taken' ? outcome.taken : undefined;
    const needsKey = this.#key !== undefined;
    if (needsKey !== draft.needsKey) this.#form.change({ needsKey });
    this.#listed = undefined;
    return true;
  }

  #keyWords(): string {
    if (this.#key === undefined) return vscode.l10n.t('needs none');
    return checkWords(vscode.l10n, vscode.l10n.t('This key'), this.#key.checked);
  }

  async #chooseModels(draft: Provider): Promise<readonly string[] | undefined> {
    this.#listed ??= await listModels(draft, this.#key?.prepared.secret, this.#ports);
    const { models } = draft;
    const all = this.#listed.ok ? this.#listed.models.map(({ id }) => id) : [];
    // A server on this machine serves what its owner put there: all of it is wanted.
    const current = models.length > 0 ? models.map(({ id }) => id) : draft.needsKey ? [] : all;
    return askModels(vscode.l10n.t('Models of {0}', draft.displayName), current, this.#listed);
  }

  /** Then the list itself is kept, and a later refresh brings what is new. */
  #isWholeList(models: readonly string[]): boolean {
    const listed = this.#listed?.ok === true ? this.#listed.models : [];
    return models.length === listed.length && listed.every(({ id }, index) => models[index] === id);
  }

  async #save(): Promise<void> {
    const { keepModels, providerSetting } = this.#ports;
    const draft = this.#form.draft;
    const { changes } = this.#form;
    if (draft === undefined || !(await storeProviders(withEntry(providerSetting(), this.#id, changes)))) return;
    if (this.#listed?.ok === true) await keepModels(this.#id, this.#listed.models);
    if (this.#key === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('{0} was added.', draft.displayName));
      return;
    }
    await this.#storeKey(draft, this.#key);
  }

  async #storeKey(draft: Provider, key: DraftKey): Promise<void> {
    const { keyring, providers } = this.#ports;
    const { prepared, checked } = key;
    const stored = await keyring.commit(prepared, { checked });
    if (stored.ok) {
      await this.#ports.notice.due([draft])?.said();
      return void sayStored(keyring.nameOf(stored.key), checked);
    }
    const words = describeKeyringProblem(vscode.l10n, providers(), stored.problem);
    const sentence = vscode.l10n.t('{0} was added, its key was not. {1}', draft.displayName, words);
    void showKeyringProblem(sentence, stored.problem, () => this.#storeKey(draft, key));
  }
}
