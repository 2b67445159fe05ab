import type { Page } from 'playwright-core';

/** The folders that a VS Code runs on. */
export type VsCodeFolders = {
  readonly dataDir: string;
  readonly extensionsDir: string;
  readonly browserDir: string;
};

export type StartOptions = {
  readonly folders: VsCodeFolders;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Of an earlier run on the same folders, where it had one. */
  readonly port?: number | undefined;
};

/** A VS Code that is up, and the windows that it opens. */
export type RunningVsCode = {
  readonly port?: number;
  /** Its page, to be listened to before it is loaded. */
  window(folder: string): Promise<{ readonly page: Page; readonly load: () => Promise<unknown> }>;
  /**
   * Puts secrets of extensions where this VS Code keeps them, before its first window. Undefined where that is the
   * system's keyring.
   */
  readonly storeSecrets?: (secrets: readonly StoredSecret[]) => Promise<void>;
  /**
   * Closes the windows, waits for their extension hosts to end, and forgets what the browser keeps. Undefined where
   * VS Code has to be started again for another profile.
   */
  readonly closeWindows?: () => Promise<void>;
  stop(): Promise<void>;
  /** Ends its processes in the middle of what they do; `stop` is still to be called. */
  kill(): Promise<void>;
};

export type StoredSecret = { readonly extensionId: string; readonly key: string; readonly value: string };
