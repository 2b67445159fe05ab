import type * as vscode from 'vscode';

import type { TreeNode } from './keyTree.ts';

export type TakeDrop = (transfer: vscode.DataTransfer) => Promise<void>;

/** Files from the explorer, files from elsewhere, selected text: each may hold keys. */
const envMimeTypes = ['text/uri-list', 'files', 'text/plain'];

/** Takes what is dropped on the tree. */
export class KeyDrop implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dragMimeTypes = [];
  readonly dropMimeTypes = envMimeTypes;
  readonly #take: TakeDrop;

  constructor(take: TakeDrop) {
    this.#take = take;
  }

  async handleDrop(_target: TreeNode | undefined, transfer: vscode.DataTransfer): Promise<void> {
    await this.#take(transfer);
  }
}
