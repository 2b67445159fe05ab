import type { KeyRef } from '../../core/keys/keyRef.ts';

type KeyNode = { readonly kind: 'key'; readonly ref: KeyRef; readonly provider: string };
type ProviderNode = { readonly kind: 'provider'; readonly provider: string };

/** What a row of the tree stands for: the same object for as long as its key or provider is there. */
export type TreeNode = ProviderNode | KeyNode;
