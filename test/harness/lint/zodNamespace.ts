type ImportNode = {
  readonly source: { readonly value: unknown };
  readonly specifiers: readonly { readonly type: string }[];
};
type Context = { report(problem: { readonly node: unknown; readonly message: string }): void };

/** `import { z } from 'zod'` bundles all of zod, five times what `import * as z` does. */
const zodNamespace = {
  create: (context: Context) => ({
    ImportDeclaration(node: ImportNode): void {
      if (node.source.value !== 'zod') return;
      if (node.specifiers.every(({ type }) => type === 'ImportNamespaceSpecifier')) return;
      context.report({ node, message: "write import * as z from 'zod'" });
    },
  }),
};

// oxlint-disable-next-line import/no-default-export -- the linter loads plugins this way
export default { meta: { name: 'ai-keys' }, rules: { 'zod-namespace': zodNamespace } };
