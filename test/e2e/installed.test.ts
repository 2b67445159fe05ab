import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { withWorkbench } from './support/withWorkbench.ts';

describe('The packaged extension, freshly installed', () => {
  it(
    'offers its commands in the palette, and shows the way to the first key',
    withWorkbench({}, async ({ workbench }) => {
      const welcome = await workbench.tree().welcome().innerText();
      assert.match(welcome, /Add Key/i);
      assert.match(welcome, /Import \.env/i);
      await workbench.page.keyboard.press('F1');
      await workbench.quickInput.type('>AI Keys: ');
      await workbench.quickInput.row('AI Keys: Analyze Error').waitFor();
      await workbench.quickInput.row('AI Keys: Import .env').waitFor();
    }),
  );
});
