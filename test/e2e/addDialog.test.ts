import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGemini } from '../simulator/gemini/gemini.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';

describe('The add dialog, whatever is put into it', () => {
  let groq: Simulator;
  let gemini: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    [groq, gemini] = await Promise.all([startGroq(), startGemini()]);
    const providers = { groq: { baseUrl: groq.baseUrl }, gemini: { baseUrl: gemini.baseUrl } };
    session = await Session.start({ settings: { 'aiKeys.providers': providers } });
    workbench = await session.openWindow();
    await workbench.openView('AI Keys');
  });

  beforeEach(() => workbench.runCommand('Notifications: Clear All Notifications'));

  after(async () => {
    await session.close();
    await Promise.all([groq.stop(), gemini.stop()]);
  });

  const open = async (provider = 'Groq'): Promise<void> => {
    await workbench.runAndPick('AI Keys: Add Key', provider);
    await workbench.quickInput.waitForTitle(`Add ${provider} Key`);
  };

  const paste = async (text: string): Promise<void> => {
    await workbench.clipboard(text);
    await workbench.page.keyboard.press('Control+V');
  };

  const message = (wanted: RegExp): Promise<string> =>
    eventually(
      async () => {
        const said = await workbench.quickInput.message();
        return wanted.test(said) ? said : undefined;
      },
      { what: `a message like ${String(wanted)}` },
    );

  const keys = async (): Promise<readonly string[]> =>
    (await workbench.tree().texts()).filter((text) => /^Key \d/.test(text));

  it('says where the key goes when that is not the provider’s own address', async () => {
    await open();
    await message(new RegExp(`sent to Groq at ${groq.origin} alone`));
    await workbench.quickInput.cancel();
  });

  it('takes off quotes and space, checks the key and says in words that it works', async () => {
    await open();
    await paste(`  "${groq.key('good', 1)}" `);
    await workbench.quickInput.accept();
    await workbench.notifications.waitFor('Groq Key 1 works.');
    await workbench.tree().row('Key 1').waitFor();
    assert.equal(groq.requests.at(-1)?.key, groq.key('good', 1));
  });

  it('says which key a secret already is', async () => {
    await open();
    await workbench.quickInput.type(groq.key('good', 1));
    await workbench.quickInput.accept();
    await message(/This is already Groq Key 1/);
    await workbench.quickInput.cancel();
    assert.equal((await keys()).length, 1);
  });

  it('offers to switch when the key looks like another provider’s, and leads back on Escape', async () => {
    await open('Groq');
    await workbench.quickInput.type(gemini.key('good', 1));
    await message(/looks like a key of Gemini/);
    await workbench.quickInput.accept();
    await workbench.quickInput.row('Add it to Groq all the same').waitFor();
    await workbench.page.keyboard.press('Escape');
    await message(/looks like a key of Gemini/);
    await workbench.quickInput.accept();
    await workbench.quickInput.pick('Add it to Gemini');
    await workbench.notifications.waitFor('Gemini Key 1 works.');
    assert.equal(groq.requestsOf(gemini.key('good', 1)).length, 0, 'Groq never saw it');
  });

  it('adds several keys of one paste: checked first, bad lines by number, refused ones only on the user’s word', async () => {
    await open();
    const lines = [groq.key('good', 2), groq.key('refused', 1), 'two words', groq.key('good', 1), groq.key('good', 3)];
    await paste(lines.join('\n'));
    await message(/Several keys: Enter checks and adds them all/);
    await workbench.quickInput.accept();
    const said = await workbench.notifications.waitFor(/2 keys added to Groq/);
    const words = await said.innerText();
    assert.match(words, /1 key refused and not added/);
    assert.match(words, /1 key already there/);
    assert.match(words, /Line 3: .*white space/);
    await eventually(async () => (await keys()).length === 4, { what: 'three keys of Groq and one of Gemini' });
    await workbench.notifications.click(/2 keys added to Groq/, 'Keep Them Anyway');
    await workbench
      .tree()
      .row(/Key 4.*refused/)
      .waitFor();
  });

  it('shows what is in a whole .env that is pasted, and leaves nothing behind on Escape', async () => {
    const before = await keys();
    await open();
    await paste(`# keys\nGROQ_API_KEY_7=${groq.key('good', 7)}\r\nGROQ_KEY_7_PRIORITY=7\r\nnonsense\r\n`);
    await message(/This is a \.env/);
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForTitle('Import Keys from what you pasted');
    const rows = (await workbench.quickInput.items()).join('\n');
    assert.match(rows, /Groq Key 7/);
    assert.match(rows, /Line 4/);
    await workbench.quickInput.cancel();
    assert.deepEqual(await keys(), before);
  });

  it('keeps a key that could not be checked, and says so', async () => {
    const restart = groq.behaveAll.bind(groq);
    restart('overloaded');
    try {
      await open();
      await workbench.quickInput.type(groq.key('good', 9));
      await workbench.quickInput.accept();
      await workbench.notifications.waitFor(/Groq Key 5 could not be checked: .* It is kept\./);
    } finally {
      restart(undefined);
    }
  });
});
