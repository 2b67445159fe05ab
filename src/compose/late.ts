import * as vscode from 'vscode';
import { lazy } from '../core/lazy.ts';
import type { CommandId } from '../editor/commands/commandIds.ts';

/** A part of the extension that is loaded when it is first needed. */
export type Late<Part extends vscode.Disposable> = vscode.Disposable & {
  readonly ready: () => Promise<Part>;
  /** Undefined until it is loaded. */
  readonly now: () => Part | undefined;
};

/**
 * The part's commands stand from the start; the first one that is run loads the part, which then
 * registers its own. `load` imports, and answers how to start what was imported.
 */
export function late<Part extends vscode.Disposable>(
  ids: readonly CommandId[],
  load: () => Promise<() => Part>,
): Late<Part> {
  let loaded: Part | undefined;
  let disposed = false;
  const stubs = ids.map((id) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]): Promise<unknown> => {
      await ready();
      return vscode.commands.executeCommand(id, ...args);
    }),
  );
  const ready = lazy(async (): Promise<Part> => {
    const make = await load();
    // No command may be missing in between: the stubs go in the same turn as the real ones come.
    for (const stub of stubs) stub.dispose();
    loaded = make();
    if (disposed) loaded.dispose();
    return loaded;
  });
  return {
    ready,
    now: () => loaded,
    dispose: () => {
      disposed = true;
      for (const stub of stubs) stub.dispose();
      loaded?.dispose();
    },
  };
}
