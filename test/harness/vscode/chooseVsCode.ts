import { ensureCodeServer } from './codeServer.ts';
import type { CodeServer } from './codeServer.ts';
import { downloadDesktop, installedDesktop, namedDesktop } from './desktop.ts';

export type VsCode =
  | { readonly kind: 'desktop'; readonly executable: string }
  | { readonly kind: 'server'; readonly server: CodeServer };

/** Desktop VS Code where there is one or one can be downloaded, else its server from npm; says which. */
export async function chooseVsCode(): Promise<VsCode> {
  const executable = namedDesktop() ?? (hasDisplay() ? (installedDesktop() ?? (await downloadDesktop())) : undefined);
  if (executable !== undefined) {
    console.log(`VS Code: desktop, ${executable}`);
    return { kind: 'desktop', executable };
  }
  return { kind: 'server', server: await useServer() };
}

export async function useServer(): Promise<CodeServer> {
  const server = await ensureCodeServer();
  console.log(`VS Code: server ${server.vscodeVersion} from npm (code-server), in Chromium`);
  return server;
}

/** Electron needs a screen; on Linux that is X or Wayland (xvfb-run gives one). */
function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true;
  return process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined;
}
