import * as vscode from 'vscode';

import { parseKeyRef, type KeyRef } from '../../core/keys/keyRef.ts';
import type { Row } from './keyRow.ts';

const scheme = 'ai-keys-key';

/** A scheme of its own: the tree's rows alone are decorated, never a file. */
export const keyUri = (ref: KeyRef): vscode.Uri => vscode.Uri.from({ scheme, path: `/${ref}` });

/** The two characters at the end of a key's row: `83`, `!!`. */
export class KeyDecorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #registration: vscode.Disposable;
  #badges: ReadonlyMap<KeyRef, NonNullable<Row['badge']>> = new Map();

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor() {
    this.#registration = vscode.window.registerFileDecorationProvider(this);
  }

  show(badges: ReadonlyMap<KeyRef, NonNullable<Row['badge']>>): void {
    const before = this.#badges;
    this.#badges = badges;
    const refs = new Set([...before.keys(), ...badges.keys()]);
    const changed = [...refs].filter((ref) => JSON.stringify(before.get(ref)) !== JSON.stringify(badges.get(ref)));
    if (changed.length > 0) this.#changed.fire(changed.map(keyUri));
  }

  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== scheme) return undefined;
    const ref = parseKeyRef(uri.path.slice(1))?.ref;
    const badge = ref === undefined ? undefined : this.#badges.get(ref);
    if (badge === undefined) return undefined;
    const color = badge.color === undefined ? undefined : new vscode.ThemeColor(badge.color);
    return new vscode.FileDecoration(badge.text, badge.reason, color);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
