import type { KeyRef } from '../../core/keys/keyRef.ts';
import type { Route } from '../../core/routing/route.ts';

export type LastUse = { readonly model: string; readonly route: string };

/** The latest attempt with this key, among routes of which the newest stands first. */
export function lastUseOf(routes: readonly Route[], ref: KeyRef): LastUse | undefined {
  for (const { id, attempts } of routes) {
    const attempt = attempts.findLast(({ key }) => key === ref);
    if (attempt !== undefined) return { model: attempt.model, route: id };
  }
  return undefined;
}
