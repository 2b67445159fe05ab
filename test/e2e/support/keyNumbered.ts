import type { OpenLedger } from '../../../src/adapters/sqliteLedger/openLedger.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';

/** The key of this number, where all are of one provider. */
export function keyNumbered({ keyBook }: Pick<OpenLedger, 'keyBook'>, number: number): ApiKey {
  const found = keyBook.all().find((key) => key.number === number);
  if (found === undefined) throw new Error(`no key ${number} in the key book`);
  return found;
}
