import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGemini } from '../simulator/gemini/gemini.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { addKey, beginKey, keyRows, openAddKey } from './support/keys.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const simulators = { groq: startGroq, gemini: startGemini };

/** Up to what the box then says; not yet Enter. */
async function pasteKeys(workbench: Workbench, text: string, said?: RegExp): Promise<void> {
  await openAddKey(workbench, 'Groq');
  await workbench.clipboard(text);
  await workbench.quickInput.paste();
  if (said !== undefined) await workbench.quickInput.messageLike(said);
}

describe('The add dialog, whatever is put into it', () => {
  it(
    'says where a key goes, takes off quotes and space, says in words that it works, and the next time whose it is',
    withWorkbench({ simulators }, async ({ workbench, groq }) => {
      const { quickInput } = workbench;
      await workbench.runToBox('AI Keys: Add Key', 'Add Key');
      // The list of providers stays when something else takes the focus.
      await workbench.focusSideBar();
      await quickInput.pick('Groq');
      await quickInput.waitForTitle('Add Groq Key');
      // Not the provider's own address.
      await quickInput.messageLike(new RegExp(`sent to Groq at ${groq.origin} alone`));
      await quickInput.cancel();

      await pasteKeys(workbench, `  "${groq.key('good', 1)}" `);
      await quickInput.accept();
      await workbench.notifications.waitFor('Groq Key 1 works.');
      await workbench.tree().row('Key 1').waitFor();
      assert.equal(groq.requests.at(-1)?.key, groq.key('good', 1));

      await addKey(workbench, 'Groq', groq.key('good', 1));
      await quickInput.messageLike(/This is already Groq Key 1/);
      await quickInput.cancel();
      assert.equal((await keyRows(workbench)).length, 1);
    }),
  );

  it(
    'offers to switch when the key looks like another provider’s, and leads back on Escape',
    withWorkbench({ simulators }, async ({ workbench, groq, gemini }) => {
      const { quickInput } = workbench;
      await beginKey(workbench, 'Groq', gemini.key('good', 1));
      await quickInput.messageLike(/looks like a key of Gemini/);
      await quickInput.accept();
      await quickInput.row('Add it to Groq all the same').waitFor();
      await workbench.page.keyboard.press('Escape');
      await quickInput.messageLike(/looks like a key of Gemini/);
      await quickInput.accept();
      await quickInput.pick('Add it to Gemini');
      await workbench.notifications.waitFor('Gemini Key 1 works.');
      assert.equal(groq.requestsOf(gemini.key('good', 1)).length, 0, 'Groq never saw it');
    }),
  );

  it(
    'adds several keys of one paste: checked first, bad lines by number, refused ones only on the user’s word',
    withWorkbench(
      { simulators, keys: ({ groq, gemini }) => [...goodKeys(groq, 1), ...goodKeys(gemini, 1)] },
      async ({ workbench, groq }) => {
        const lines = [
          groq.key('good', 2),
          groq.key('refused', 1),
          'two words',
          groq.key('good', 1),
          groq.key('good', 3),
        ];
        await pasteKeys(workbench, lines.join('\n'), /Several keys: Enter checks and adds them all/);
        await workbench.quickInput.accept();
        const said = await workbench.notifications.waitFor(/2 keys added to Groq/);
        const words = await said.innerText();
        assert.match(words, /1 key refused and not added/);
        assert.match(words, /1 key already there/);
        assert.match(words, /Line 3: .*white space/);
        await eventually(async () => (await keyRows(workbench)).length === 4, {
          what: 'three keys of Groq and one of Gemini',
        });
        await workbench.notifications.click(/2 keys added to Groq/, 'Keep Them Anyway');
        await workbench
          .tree()
          .row(/Key 4.*refused/)
          .waitFor();
      },
    ),
  );

  it(
    'shows what is in a whole .env that is pasted, and leaves nothing behind on Escape',
    withWorkbench(
      { simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 1) },
      async ({ workbench, groq }) => {
        await workbench.tree().row('Key 1').waitFor();
        const before = await keyRows(workbench);
        const env = `# keys\nGROQ_API_KEY_7=${groq.key('good', 7)}\r\nGROQ_KEY_7_PRIORITY=7\r\nnonsense\r\n`;
        await pasteKeys(workbench, env, /This is a \.env/);
        await workbench.quickInput.accept();
        await workbench.quickInput.waitForTitle('Import Keys from what you pasted');
        const rows = (await workbench.quickInput.items()).join('\n');
        assert.match(rows, /Groq Key 7/);
        assert.match(rows, /Line 4/);
        await workbench.quickInput.cancel();
        assert.deepEqual(await keyRows(workbench), before);
      },
    ),
  );

  it(
    'keeps a key that could not be checked, and says so',
    withWorkbench({ simulators: { groq: startGroq } }, async ({ workbench, groq }) => {
      groq.behaveAll('overloaded');
      await addKey(workbench, 'Groq', groq.key('good', 9));
      await workbench.notifications.waitFor(/Groq Key 1 could not be checked: .* It is kept\./);
      await workbench.tree().row('Key 1').waitFor();
    }),
  );
});
