import * as z from 'zod';
import { isLoopback } from '../providers/origin.ts';

const telegramUrl = 'https://api.telegram.org';

export type TelegramSettings = {
  /** Empty: not set up. A number, or `@channel`. */
  readonly chatId: string;
  /** Without a trailing slash. */
  readonly apiUrl: string;
};

export type EmailSettings = {
  /** One address, or several with commas between. Empty: not set up. */
  readonly to: string;
  /** Empty: `user` where that is an address, else the first of `to`. */
  readonly from: string;
  /** A host name, or the name of a well-known service ("Gmail"). Empty: not set up. */
  readonly host: string;
  /** Undefined: 465 when `secure`, else 587. */
  readonly port: number | undefined;
  /**
   * True: TLS from the first byte. False: STARTTLS where the server offers it. Undefined: TLS on 465,
   * elsewhere STARTTLS or nothing at all, except to this machine itself.
   */
  readonly secure: boolean | undefined;
  /** Empty: no login. */
  readonly user: string;
};

const text = z.string().trim().catch('');
/** Chat ids are numbers, and some will write them as one. */
const id = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().trim())
  .catch('');
const port = z.coerce.number().int().min(1).max(65_535).optional().catch(undefined);
const secure = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);

export type RawSetting = (name: string) => unknown;

/** `read` takes names below `aiKeys.alerts.`. What does not fit counts as empty. */
export function readTelegramSettings(read: RawSetting): TelegramSettings {
  const apiUrl = text.parse(read('telegram.apiUrl')).replace(/\/+$/, '');
  return { chatId: id.parse(read('telegram.chatId')), apiUrl: apiUrl === '' ? telegramUrl : apiUrl };
}

export function readEmailSettings(read: RawSetting): EmailSettings {
  const givenPort = read('email.port');
  return {
    to: text.parse(read('email.to')),
    from: text.parse(read('email.from')),
    host: text.parse(read('email.host')),
    port: givenPort === '' || givenPort === null ? undefined : port.parse(givenPort),
    secure: secure.optional().catch(undefined).parse(read('email.secure')),
    user: text.parse(read('email.user')),
  };
}

/** `https:` anywhere, `http:` only to this machine. */
export function isAllowedApiUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(url));
}
