import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProcess } from '../runProcess.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** For `chromium.launch`: no GPU, nothing in the background. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The executable of Chromium, Chrome or Edge; on Debian as root it is installed where missing. */
export async function ensureChromium(): Promise<string> {
  const found = findChromium() ?? (await installOnDebian());
  if (found !== undefined) return found;
  throw new Error(
    'No Chromium, Chrome or Edge was found. Install one (Debian: sudo apt-get install chromium), ' +
      'or name its executable in CHROMIUM_EXECUTABLE.',
  );
}

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_EXECUTABLE'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find((place) => existsSync(place));
}

async function installOnDebian(): Promise<string | undefined> {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return undefined;
  console.log('No Chromium found: installing the Debian package chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProcess('apt-get', ['update', '-qq'], { env });
  const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  const { code, output } = await runProcess('apt-get', install, { env });
  if (code !== 0) console.error(output.slice(-1000));
  return findChromium();
}
