import type { Page } from 'playwright-core';
import type { Profile } from '../profile.ts';

export type StartOptions = {
  readonly profile: Profile;
  /** Where the packaged extension is installed. */
  readonly extensionsDir: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly size: { readonly width: number; readonly height: number };
  /** Of an earlier run on the same profile, where it had one. */
  readonly port?: number | undefined;
};

/** A VS Code on one profile, and the windows that it opens. */
export type RunningVsCode = {
  readonly port?: number;
  /** Its page, to be listened to before it is loaded. */
  window(folder: string): Promise<{ readonly page: Page; readonly load: () => Promise<unknown> }>;
  stop(): Promise<void>;
  /** Ends its processes in the middle of what they do; `stop` is still to be called. */
  kill(): Promise<void>;
};
