import * as vscode from 'vscode';

import { displayNameOf } from '../../core/keys/keyName.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import { attentionWords, needsAttention } from '../keyWords.ts';
import type { LastUse } from '../route/lastUse.ts';
import type { StatusFeed } from '../statusFeed.ts';
import { KeyDecorations, keyUri } from './keyDecorations.ts';
import { KeyDragAndDrop, type KeyDragAndDropPorts } from './keyDragAndDrop.ts';
import { keyRow, refOf, type Row, type RowScene } from './keyRow.ts';
import { providerRow, type ProviderHealth } from './providerRow.ts';
import type { TreeNode } from './treeNode.ts';

export type KeyTreePorts = Omit<KeyDragAndDropPorts, 'orderOf'> & {
  readonly feed: Pick<StatusFeed, 'all' | 'ready' | 'onDidChange'>;
  readonly healthStatus: () => Readonly<Record<string, ProviderHealth>>;
  readonly providers: () => readonly Provider[];
  readonly clock: Pick<Clock, 'now'>;
  /** Which model a key was last asked for, as far as that is kept. */
  readonly lastUse: (ref: KeyRef) => Promise<LastUse | undefined>;
};

/**
 * The tree `aiKeys.keys`. A node is the same object for as long as its key exists, and only nodes
 * whose row changed are painted again, so that selection and expansion stay.
 */
export class KeyTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #ports: KeyTreePorts;
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #decorations = new KeyDecorations();
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #stop: Cancel;
  readonly #nodes = new Map<string, TreeNode>();
  #rows = new Map<TreeNode, Row>();
  #statuses = new Map<TreeNode, KeyStatus>();
  #children = new Map<TreeNode | undefined, readonly TreeNode[]>();
  /** Rows whose tooltip was looked at, with what it was made of: VS Code keeps it until the row is painted again. */
  readonly #lookedAt = new Map<TreeNode, string>();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ports: KeyTreePorts) {
    this.#ports = ports;
    this.#view = vscode.window.createTreeView<TreeNode>('aiKeys.keys', {
      treeDataProvider: this,
      dragAndDropController: new KeyDragAndDrop({ ...ports, orderOf: (provider) => this.#orderOf(provider) }),
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#stop = ports.feed.onDidChange(() => this.#update());
  }

  /** Keys selected in the tree, for commands that a keybinding runs. */
  get selectedKeys(): readonly KeyRef[] {
    return this.#view.selection.flatMap((node) => (node.kind === 'key' ? [node.ref] : []));
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    await this.#ports.feed.ready;
    return [...(this.#children.get(node) ?? [])];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'key' ? this.#nodes.get(providerId(node.provider)) : undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#rows.get(node);
    const { None, Expanded } = vscode.TreeItemCollapsibleState;
    const hasKeys = (this.#children.get(node)?.length ?? 0) > 0;
    const item = new vscode.TreeItem(row?.label ?? '', node.kind === 'provider' && hasKeys ? Expanded : None);
    item.id = node.kind === 'provider' ? providerId(node.provider) : keyId(node.ref);
    if (row === undefined) return item;
    item.description = row.description;
    if (row.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(row.tooltip);
    item.iconPath = themeIcon(row.icon);
    item.contextValue = row.contextValue;
    item.accessibilityInformation = { label: row.spoken };
    if (node.kind === 'key') item.resourceUri = keyUri(node.ref);
    return item;
  }

  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    const status = this.#statuses.get(node);
    if (status === undefined || node.kind !== 'key') return item;
    const { providers, lastUse } = this.#ports;
    const [{ keyTooltip, tooltipCommands }, last] = await Promise.all([import('./keyTooltip.ts'), lastUse(node.ref)]);
    const scene = this.#scene();
    const tooltip = new vscode.MarkdownString(
      keyTooltip(status, { providerName: displayNameOf(providers(), node.provider), last }, scene),
    );
    tooltip.isTrusted = { enabledCommands: [...tooltipCommands] };
    item.tooltip = tooltip;
    this.#lookedAt.set(node, tooltipFacts(status, scene.nowMs));
    return item;
  }

  dispose(): void {
    this.#stop();
    this.#view.dispose();
    this.#decorations.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    const before = { rows: this.#rows, children: this.#children };
    this.#read();
    const stale = new Set(changedNodes(before, { rows: this.#rows, children: this.#children }));
    const { nowMs } = this.#scene();
    for (const [node, facts] of this.#lookedAt) {
      const status = this.#statuses.get(node);
      if (status !== undefined && !stale.has(node) && tooltipFacts(status, nowMs) === facts) continue;
      this.#lookedAt.delete(node);
      if (status !== undefined) stale.add(node);
    }
    if (stale.has(undefined)) this.#changed.fire(undefined);
    else if (stale.size > 0) this.#changed.fire([...stale].filter((node) => node !== undefined));
    this.#showBadge();
  }

  #read(): void {
    const { feed, providers, healthStatus } = this.#ports;
    const scene = this.#scene();
    const known = providers();
    const health = healthStatus();
    const rows = new Map<TreeNode, Row>();
    const seen = new Map<TreeNode, KeyStatus>();
    const children = new Map<TreeNode | undefined, readonly TreeNode[]>();
    const tops: TreeNode[] = [];
    for (const [provider, statuses] of byProvider(feed.all(), known)) {
      const entry = known.find(({ id }) => id === provider);
      const name = displayNameOf(known, provider);
      const needsKey = entry?.needsKey ?? true;
      const top = this.#node(providerId(provider), { kind: 'provider', provider });
      const facts = { id: provider, name, known: entry !== undefined, needsKey, health: health[provider], statuses };
      rows.set(top, providerRow(facts, scene));
      const keys = statuses.map((status, index) => {
        const ref = refOf(status);
        const node = this.#node(keyId(ref), { kind: 'key', ref, provider });
        const position = { first: index === 0, last: index === statuses.length - 1 };
        rows.set(node, keyRow(status, { providerName: name, needsKey, ...position }, scene));
        seen.set(node, status);
        return node;
      });
      tops.push(top);
      children.set(top, keys);
    }
    children.set(undefined, tops);
    for (const [id, node] of this.#nodes) if (!rows.has(node)) this.#nodes.delete(id);
    this.#rows = rows;
    this.#statuses = seen;
    this.#children = children;
    this.#decorations.show(
      new Map(
        [...rows].flatMap(([node, { badge }]) =>
          node.kind === 'key' && badge !== undefined ? [[node.ref, badge]] : [],
        ),
      ),
    );
  }

  #orderOf(provider: string): readonly KeyRef[] {
    const top = this.#nodes.get(providerId(provider));
    return (this.#children.get(top) ?? []).flatMap((node) => (node.kind === 'key' ? [node.ref] : []));
  }

  #scene(): RowScene {
    return { l10n: vscode.l10n, nowMs: this.#ports.clock.now(), language: vscode.env.language };
  }

  #node(id: string, fresh: TreeNode): TreeNode {
    const known = this.#nodes.get(id) ?? fresh;
    this.#nodes.set(id, known);
    return known;
  }

  #showBadge(): void {
    const troubled = this.#ports.feed.all().filter((status) => needsAttention(status)).length;
    if ((this.#view.badge?.value ?? 0) === troubled) return;
    this.#view.badge = troubled === 0 ? undefined : { value: troubled, tooltip: attentionWords(vscode.l10n, troubled) };
  }
}

const providerId = (provider: string): string => `provider:${provider}`;
const keyId = (ref: KeyRef): string => `key:${ref}`;

/** In the providers' order, those that need no key among them; those that nobody knows come last. */
function byProvider(
  statuses: readonly KeyStatus[],
  known: readonly Provider[],
): readonly (readonly [string, readonly KeyStatus[]])[] {
  const groups = Map.groupBy(statuses, ({ key }) => key.provider);
  const shown = known.filter(({ id, needsKey }) => !needsKey || groups.has(id)).map(({ id }) => id);
  const unknown = [...groups.keys()].filter((id) => !known.some((provider) => provider.id === id));
  return [...shown, ...unknown].map((id) => [id, groups.get(id) ?? []]);
}

type Painted = {
  readonly rows: ReadonlyMap<TreeNode, Row>;
  readonly children: ReadonlyMap<TreeNode | undefined, readonly TreeNode[]>;
};

/** Nodes to paint again; `undefined` stands for the whole tree. */
function changedNodes(before: Painted, after: Painted): readonly (TreeNode | undefined)[] {
  const stale: (TreeNode | undefined)[] = [];
  for (const [node, children] of after.children) {
    const old = before.children.get(node);
    const same =
      old !== undefined && old.length === children.length && old.every((child, index) => child === children[index]);
    if (!same) stale.push(node);
  }
  for (const [node, row] of after.rows) {
    const old = before.rows.get(node);
    if (old !== undefined && JSON.stringify(old) !== JSON.stringify(row)) stale.push(node);
  }
  return stale;
}

/** What a tooltip says, the minute of its countdowns included; cheap to compare. */
const tooltipFacts = ({ key, state, health, limits }: KeyStatus, nowMs: number): string =>
  JSON.stringify([key, state, health, limits.map(({ used, value }) => [used, value]), Math.floor(nowMs / 60_000)]);

function themeIcon({ id, color }: Row['icon']): vscode.ThemeIcon {
  return color === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
}
