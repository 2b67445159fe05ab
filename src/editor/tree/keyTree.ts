import * as vscode from 'vscode';

import { displayNameOf } from '../../core/keys/keyName.ts';
import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Cancel, Clock } from '../../core/ports.ts';
import type { Provider } from '../../core/providers/provider.ts';
import type { KeyStatus } from '../../core/quota/keyStatus.ts';
import { needsAttention } from '../keyWords.ts';
import type { Subscribe } from '../subscribe.ts';
import { Throttle } from '../throttle.ts';
import { KeyDecorations, keyUri } from './keyDecorations.ts';
import { KeyDrop, type TakeDrop } from './keyDrop.ts';
import { keyRow, refOf, type Row, type RowScene } from './keyRow.ts';
import { keyTooltip } from './keyTooltip.ts';
import { providerRow, type ProviderHealth } from './providerRow.ts';

export type KeyNode = { readonly kind: 'key'; readonly ref: KeyRef; readonly provider: string };
export type ProviderNode = { readonly kind: 'provider'; readonly provider: string };
export type TreeNode = ProviderNode | KeyNode;

/** What the views read of keys; `Tracker` has it. */
export type StatusSource = {
  allStatuses(): readonly KeyStatus[];
  healthStatus(): Readonly<Record<string, ProviderHealth>>;
};

export type KeyTreePorts = {
  readonly tracker: StatusSource;
  readonly providers: () => readonly Provider[];
  readonly clock: Clock;
  /** Everything that can change what a row shows. */
  readonly changes: readonly Subscribe[];
  /** Files or text dropped on the view. */
  readonly takeDrop: TakeDrop;
};

/** Four times a second at the most; times that run are shown anew once a minute. */
const throttleMs = 250;
const tickMs = 60_000;

/**
 * The tree `aiKeys.keys`. A node is the same object for as long as its key exists, and only nodes
 * whose row changed are painted again, so that selection and expansion stay.
 */
export class KeyTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #ports: KeyTreePorts;
  readonly #changed = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #decorations = new KeyDecorations();
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #throttle: Throttle;
  readonly #cancels: Cancel[];
  readonly #nodes = new Map<string, TreeNode>();
  #rows = new Map<TreeNode, Row>();
  #facts = new Map<TreeNode, string>();
  #statuses = new Map<TreeNode, KeyStatus>();
  #children = new Map<TreeNode | undefined, readonly TreeNode[]>();
  #tick: Cancel | undefined;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ports: KeyTreePorts) {
    this.#ports = ports;
    this.#read();
    this.#view = vscode.window.createTreeView<TreeNode>('aiKeys.keys', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: new KeyDrop(ports.takeDrop),
    });
    this.#throttle = new Throttle(ports.clock, throttleMs, () => this.#update());
    this.#cancels = ports.changes.map((subscribe) => subscribe(() => this.#throttle.request()));
    this.#showBadge();
    this.#scheduleTick();
  }

  /** Keys selected in the tree, for commands that a keybinding runs. */
  get selectedKeys(): readonly KeyRef[] {
    return this.#view.selection.flatMap((node) => (node.kind === 'key' ? [node.ref] : []));
  }

  refresh(): void {
    this.#throttle.request();
  }

  async focus(): Promise<void> {
    await vscode.commands.executeCommand('aiKeys.keys.focus');
  }

  getChildren(node?: TreeNode): TreeNode[] {
    return [...(this.#children.get(node) ?? [])];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.kind === 'key' ? this.#nodes.get(providerId(node.provider)) : undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#rows.get(node);
    const { None, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(row?.label ?? '', node.kind === 'provider' ? Expanded : None);
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

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const status = this.#statuses.get(node);
    if (status === undefined) return item;
    const name = displayNameOf(this.#ports.providers(), node.provider);
    item.tooltip = new vscode.MarkdownString(keyTooltip(status, name, this.#scene()));
    return item;
  }

  dispose(): void {
    this.#tick?.();
    for (const cancel of this.#cancels) cancel();
    this.#throttle.dispose();
    this.#view.dispose();
    this.#decorations.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    const before = { facts: this.#facts, children: this.#children };
    this.#read();
    const stale = changedNodes(before, { facts: this.#facts, children: this.#children });
    if (stale.includes(undefined)) this.#changed.fire(undefined);
    else if (stale.length > 0) this.#changed.fire(stale.filter((node) => node !== undefined));
    this.#showBadge();
    this.#scheduleTick();
  }

  #read(): void {
    const { tracker, providers } = this.#ports;
    const scene = this.#scene();
    const minute = Math.floor(scene.nowMs / tickMs);
    const known = providers();
    const health = tracker.healthStatus();
    const rows = new Map<TreeNode, Row>();
    const facts = new Map<TreeNode, string>();
    const seen = new Map<TreeNode, KeyStatus>();
    const children = new Map<TreeNode | undefined, readonly TreeNode[]>();
    const tops: TreeNode[] = [];
    for (const [provider, statuses] of byProvider(tracker.allStatuses(), known)) {
      const entry = known.find(({ id }) => id === provider);
      const name = displayNameOf(known, provider);
      const top = this.#node(providerId(provider), { kind: 'provider', provider });
      const row = providerRow(
        { id: provider, name, known: entry !== undefined, health: health[provider], statuses },
        scene,
      );
      rows.set(top, row);
      facts.set(top, JSON.stringify(row));
      const keys = statuses.map((status, index) => {
        const ref = refOf(status);
        const node = this.#node(keyId(ref), { kind: 'key', ref, provider });
        const place = { first: index === 0, last: index === statuses.length - 1 };
        const shown = keyRow(status, { providerName: name, needsKey: entry?.needsKey ?? true, ...place }, scene);
        rows.set(node, shown);
        facts.set(node, JSON.stringify([shown, status, minute]));
        seen.set(node, status);
        return node;
      });
      tops.push(top);
      children.set(top, keys);
    }
    children.set(undefined, tops);
    for (const [id, node] of this.#nodes) if (!rows.has(node)) this.#nodes.delete(id);
    this.#rows = rows;
    this.#facts = facts;
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

  #scene(): RowScene {
    return { l10n: vscode.l10n, nowMs: this.#ports.clock.now(), language: vscode.env.language };
  }

  #node(id: string, fresh: TreeNode): TreeNode {
    const known = this.#nodes.get(id) ?? fresh;
    this.#nodes.set(id, known);
    return known;
  }

  #showBadge(): void {
    const troubled = this.#ports.tracker.allStatuses().filter((status) => needsAttention(status)).length;
    const tooltip_ =
      troubled === 1 ? vscode.l10n.t('1 key needs attention') : vscode.l10n.t('{0} keys need attention', troubled);
    if (this.#view.badge?.value === troubled) return;
    this.#view.badge = troubled === 0 ? undefined : { value: troubled, tooltip: tooltip_ };
  }

  /** Countdowns run on, and some states end without an event. */
  #scheduleTick(): void {
    this.#tick?.();
    const nowMs = this.#ports.clock.now();
    const ends = this.#ports.tracker
      .allStatuses()
      .flatMap(({ untilMs, headline }) => [untilMs, headline?.resetAtMs])
      .filter((atMs) => atMs !== undefined && atMs > nowMs);
    const next = Math.min(tickMs, ...ends.map((atMs) => (atMs ?? 0) - nowMs + 20));
    this.#tick = this.#ports.clock.after(Math.max(throttleMs, next), () => this.#update());
  }
}

const providerId = (provider: string): string => `provider:${provider}`;
const keyId = (ref: KeyRef): string => `key:${ref}`;

/** In the providers' order; those that nobody knows come last. Statuses keep their order. */
function byProvider(
  statuses: readonly KeyStatus[],
  known: readonly Provider[],
): ReadonlyMap<string, readonly KeyStatus[]> {
  const order = known.map(({ id }) => id);
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  const groups = Map.groupBy(statuses, ({ key }) => key.provider);
  return new Map([...groups].toSorted(([a], [b]) => place(a) - place(b)));
}

type Painted = {
  /** All that a row and its tooltip are made of. */
  readonly facts: ReadonlyMap<TreeNode, string>;
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
  for (const [node, facts] of after.facts) {
    const old = before.facts.get(node);
    if (old !== undefined && old !== facts) stale.push(node);
  }
  return stale;
}

function themeIcon({ id, color }: Row['icon']): vscode.ThemeIcon {
  return color === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
}
