import * as vscode from 'vscode';

import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { TreeNode } from './treeNode.ts';

export type KeyDragAndDropPorts = {
  /** The keys of a provider in the order in which they are asked. */
  readonly orderOf: (provider: string) => readonly KeyRef[];
  /** In front of another key, or last. */
  readonly place: (refs: readonly KeyRef[], before: KeyRef | undefined) => Promise<void>;
  /** Files or text dropped on the view. */
  readonly takeDrop: (transfer: vscode.DataTransfer) => Promise<void>;
};

/** VS Code's own type for what is dragged within this tree. */
const keysType = 'application/vnd.code.tree.aikeys.keys';
/** Files from the explorer, files from elsewhere, selected text: each may hold keys. */
const envTypes = ['text/uri-list', 'files', 'text/plain'];

/** Keys dragged within the tree say which is asked first; what comes from elsewhere may hold new ones. */
export class KeyDragAndDrop implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dragMimeTypes = [keysType];
  readonly dropMimeTypes = [keysType, ...envTypes];
  readonly #ports: KeyDragAndDropPorts;

  constructor(ports: KeyDragAndDropPorts) {
    this.#ports = ports;
  }

  handleDrag(source: readonly TreeNode[], transfer: vscode.DataTransfer): void {
    const refs = source.flatMap((node) => (node.kind === 'key' ? [node.ref] : []));
    transfer.set(keysType, new vscode.DataTransferItem(refs));
  }

  async handleDrop(target: TreeNode | undefined, transfer: vscode.DataTransfer): Promise<void> {
    const carried = transfer.get(keysType);
    if (carried === undefined) return await this.#ports.takeDrop(transfer);
    const value: unknown = carried.value;
    const { dropOf, refsIn } = await import('./keyDrop.ts');
    const refs = refsIn(value);
    const [first] = refs;
    if (first === undefined) return;
    const provider = target?.provider ?? first.slice(0, first.lastIndexOf('/'));
    const onto = target === undefined ? 'last' : target.kind === 'key' ? target.ref : 'first';
    const drop = dropOf(this.#ports.orderOf(provider), refs, onto);
    if (drop !== undefined) await this.#ports.place(drop.refs, drop.before);
  }
}
