import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Profile } from '../harness/profile.ts';
import { eventually } from '../harness/workbench/eventually.ts';
import { goodKeys, keyOf, openAsAnotherWindow } from '../harness/workbench/keyState.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import { startHuggingFace } from '../simulator/huggingFace/huggingFace.ts';
import { withWorkbench } from './support/withWorkbench.ts';

const whatToChange = 'What to change?';

async function list({ quickInput }: Workbench): Promise<string> {
  await quickInput.waitForPlaceholder(whatToChange);
  return (await quickInput.descriptions()).join('\n');
}

async function openEdit(workbench: Workbench, row: string): Promise<string> {
  await workbench.tree().action(row, 'Edit Key');
  await workbench.quickInput.waitForTitle(/Edit Groq Key/);
  return list(workbench);
}

/** A property of the list, and its own box: what is typed before that is there goes into the list's field. */
async function choose({ quickInput }: Workbench, property: string): Promise<void> {
  await quickInput.pick(property);
  await eventually(async () => !(await quickInput.placeholder()).startsWith(whatToChange), {
    what: `the box of ${property}`,
  });
}

async function poolsOf(profile: Profile, provider: string): Promise<readonly (string | undefined)[]> {
  const { keyBook, ledger } = await openAsAnotherWindow(profile);
  const keys = keyBook.all().filter((key) => key.provider === provider);
  ledger.dispose();
  return keys.toSorted((a, b) => a.number - b.number).map(({ pool }) => pool);
}

describe('Editing a key, as a person does it', () => {
  it(
    'shows every property in one list with the catalog’s defaults, complains beside the field, and saves what is right',
    withWorkbench({ simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 1) }, async ({ workbench }) => {
      const { quickInput } = workbench;
      const rows = await openEdit(workbench, 'Key 1');
      for (const property of ['Label', 'Priority', 'Pool', 'Secret', 'Disable'])
        assert.match(rows, new RegExp(property));
      assert.match(rows, /Requests per minute.*30 for each model, catalog of 20\d\d-\d\d-\d\d/);
      await workbench.screenshot('screenshots/edit-key');

      await choose(workbench, 'Priority');
      await quickInput.type('0');
      await quickInput.messageLike(/A whole number from 1 to/);
      await quickInput.accept();
      await quickInput.messageLike(/A whole number from 1 to/);
      await workbench.screenshot('screenshots/edit-key-field');
      await quickInput.back();
      assert.match(await list(workbench), /Priority.*1/);
      await choose(workbench, 'Label');
      await quickInput.type('x'.repeat(61));
      await quickInput.messageLike(/At most 60 characters/);
      await quickInput.type('Primary');
      await quickInput.accept();
      assert.match(await list(workbench), /Label.*Primary/);
      await quickInput.type('Tokens per day');
      await choose(workbench, 'Tokens per day');
      await quickInput.type('14,400');
      await quickInput.accept();
      assert.match(await list(workbench), /Tokens per day.*14,400, yours instead of: .*catalog/);
      await quickInput.cancel();
      await workbench
        .tree()
        .row(/Key 1.*Primary/)
        .waitFor();
    }),
  );

  it(
    'puts keys into one pool, named by the user, says that it adds no quota, and takes it apart again',
    withWorkbench(
      { simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 3) },
      async ({ workbench, profile }) => {
        const { quickInput } = workbench;
        const openPool = async (): Promise<void> => {
          await openEdit(workbench, 'Key 2');
          await choose(workbench, 'Pool');
          await quickInput.waitForPlaceholder('Which keys share its account?');
        };
        await openPool();
        assert.match(await quickInput.placeholder(), /adds no quota/);
        await quickInput.check('Groq Key 3', true);
        await workbench.screenshot('screenshots/edit-pool');
        await quickInput.pressButton('OK');
        await quickInput.messageLike(/2 keys will be counted as one.*adds no quota/);
        await quickInput.accept();
        await quickInput.messageLike(/needs a name/);
        await quickInput.type('me@example.org');
        await quickInput.accept();
        assert.match(await list(workbench), /Pool.*me@example\.org/);
        await quickInput.cancel();
        assert.deepEqual(await poolsOf(profile, 'groq'), [undefined, 'me@example.org', 'me@example.org']);

        await openPool();
        await quickInput.check('Groq Key 3', false);
        await quickInput.pressButton('OK');
        assert.match(await list(workbench), /Pool.*none/);
        await quickInput.cancel();
        assert.deepEqual(await poolsOf(profile, 'groq'), [undefined, undefined, undefined]);
      },
    ),
  );

  it(
    'gives a pool limits of its own, through any of its keys, which hold for all of them and go with the pool',
    withWorkbench(
      { simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 2, { pool: 'team' }) },
      async ({ workbench, profile }) => {
        const { quickInput } = workbench;
        const limitsInBook = async (): Promise<readonly unknown[]> => {
          const { keyBook, ledger } = await openAsAnotherWindow(profile);
          const limits = keyBook.all().map(({ poolLimits }) => poolLimits);
          ledger.dispose();
          return limits;
        };
        await openEdit(workbench, 'Key 2');
        await quickInput.type('tokens per day');
        await quickInput.descriptionsLike(/Tokens per day, whole pool.*catalog/);
        await choose(workbench, 'Tokens per day, whole pool');
        await quickInput.messageLike(/Of all keys of pool team and all models together\. Empty: .*catalog/);
        await quickInput.type('many');
        await quickInput.messageLike(/A whole number from 1 to/);
        await quickInput.type('14,400');
        await workbench.screenshot('screenshots/edit-pool-limit-field');
        await quickInput.accept();
        assert.match(await list(workbench), /Tokens per day, whole pool.*14,400, yours instead of: .*catalog/);
        await workbench.screenshot('screenshots/edit-pool-limits');
        await quickInput.cancel();
        assert.deepEqual(await limitsInBook(), [{ tokensPerDay: 14_400 }, { tokensPerDay: 14_400 }]);
        assert.match(await workbench.tree().tooltip('Key 1'), /Tokens per day \(yours\)[^]*14\.4K/);

        await openEdit(workbench, 'Key 1');
        await quickInput.type('tokens per day');
        await quickInput.descriptionsLike(/Tokens per day,? .*14,400, yours for the whole pool/);
        await quickInput.type('');
        await choose(workbench, 'Pool');
        await quickInput.waitForPlaceholder('Which keys share its account?');
        await quickInput.check('Groq Key 2', false);
        await quickInput.pressButton('OK');
        await list(workbench);
        await quickInput.type('tokens per day');
        assert.doesNotMatch(await quickInput.descriptionsLike(/Tokens per day.*catalog/), /whole pool/);
        await quickInput.cancel();
        assert.deepEqual(await limitsInBook(), [undefined, undefined]);
      },
    ),
  );

  it(
    'disables and enables a key, in a list that stays when something else takes the focus',
    withWorkbench({ simulators: { groq: startGroq }, keys: ({ groq }) => goodKeys(groq, 1) }, async ({ workbench }) => {
      const { quickInput } = workbench;
      await openEdit(workbench, 'Key 1');
      // Whatever takes the focus, as what a toast's button gave it back to: the list stays until the user leaves it.
      await workbench.tree().row('Key 1').click();
      await workbench.page.locator('.part.sidebar:focus-within').waitFor();
      await quickInput.pick('Disable');
      await quickInput.row('Enable').waitFor();
      assert.match(await list(workbench), /Enable/);
      await quickInput.cancel();
      await workbench
        .tree()
        .row(/Key 1.*disabled/)
        .waitFor();
      await openEdit(workbench, 'Key 1');
      await quickInput.pick('Enable');
      await quickInput.row('Disable').waitFor();
      await quickInput.cancel();
      await workbench.tree().row('disabled').waitFor({ state: 'hidden' });
    }),
  );

  it(
    'makes one pool of keys whose provider names one account, says so once, and parts them again for good',
    withWorkbench(
      {
        simulators: { huggingface: startHuggingFace },
        keys: ({ huggingface }) => {
          const tokens = [1, 2].map((number) => huggingface.key('good', number));
          huggingface.pool(tokens, 'team');
          return tokens.map((token) => keyOf(huggingface, token));
        },
      },
      async ({ workbench, profile }) => {
        await workbench.runCommand('AI Keys: Check All Keys');
        const said =
          /Hugging Face Key 1, Hugging Face Key 2 belong to one account, user-.*counted together from now on/;
        await workbench.notifications.waitFor(said);
        await workbench.screenshot('screenshots/one-pool');
        const [first, second] = await poolsOf(profile, 'huggingface');
        assert.match(first ?? '', /^user-/);
        assert.equal(second, first);
        await workbench.notifications.click(said, 'Part Again');
        const areParted = async (): Promise<boolean> =>
          (await poolsOf(profile, 'huggingface')).every((pool) => pool === undefined);
        await eventually(areParted, { what: 'both keys out of the pool' });
        await workbench.runCommand('Notifications: Clear All Notifications');
        await workbench.runCommand('AI Keys: Check All Keys');
        await workbench.notifications.waitFor(/All 2 keys work/);
        assert.equal(await areParted(), true);
      },
    ),
  );
});
