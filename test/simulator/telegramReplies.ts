/** How Telegram treats a call. */
export type TelegramBehaviour =
  | 'ok'
  | 'unauthorized'
  | 'notFound'
  | 'chatNotFound'
  | 'blocked'
  | 'cannotInitiate'
  | 'rateLimited'
  | 'migrated'
  | 'cannotParse'
  | 'serverError'
  | 'badGateway'
  | 'hang'
  | 'reset';

export type TelegramReply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
};

const json = { 'content-type': 'application/json' };

export const okReply = (result: unknown): TelegramReply => ({
  status: 200,
  headers: json,
  body: JSON.stringify({ ok: true, result }),
});

/** Telegram's own shape: the status is in the body too. */
export const errorReply = (
  status: number,
  description: string,
  more: {
    readonly parameters?: Readonly<Record<string, number>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): TelegramReply => ({
  status,
  headers: { ...json, ...more.headers },
  body: JSON.stringify({
    ok: false,
    error_code: status,
    description,
    ...(more.parameters === undefined ? {} : { parameters: more.parameters }),
  }),
});

export type ReplyNumbers = { readonly retryAfterSeconds: number; readonly migratedTo: number };

/** Undefined: the behaviour is no reply at all, or the call is carried out. */
export function replyOf(
  behaviour: TelegramBehaviour,
  { retryAfterSeconds, migratedTo }: ReplyNumbers,
): TelegramReply | undefined {
  switch (behaviour) {
    case 'unauthorized':
      return errorReply(401, 'Unauthorized');
    case 'notFound':
      return errorReply(404, 'Not Found');
    case 'chatNotFound':
      return errorReply(400, 'Bad Request: chat not found');
    case 'blocked':
      return errorReply(403, 'Forbidden: bot was blocked by the user');
    case 'cannotInitiate':
      return errorReply(403, "Forbidden: bot can't initiate conversation with a user");
    case 'rateLimited':
      return errorReply(429, `Too Many Requests: retry after ${retryAfterSeconds}`, {
        parameters: { retry_after: retryAfterSeconds },
        headers: { 'retry-after': String(retryAfterSeconds) },
      });
    case 'migrated':
      return errorReply(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
        parameters: { migrate_to_chat_id: migratedTo },
      });
    case 'cannotParse':
      return cannotParse(42);
    case 'serverError':
      return errorReply(500, 'Internal Server Error');
    case 'badGateway':
      return { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>502 Bad Gateway</h1></html>' };
    case 'ok':
    case 'hang':
    case 'reset':
      return undefined;
  }
}

export const cannotParse = (offset: number): TelegramReply =>
  errorReply(400, `Bad Request: can't parse entities: Can't find end of the entity starting at byte offset ${offset}`);
