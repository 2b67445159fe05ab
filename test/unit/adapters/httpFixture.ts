import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { HttpConfig } from '../../../src/adapters/proxyChoice.ts';
import { UndiciHttp, type UndiciHttpOptions } from '../../../src/adapters/undiciHttp.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { HttpError, type HttpRequest } from '../../../src/core/ports.ts';

export const direct: HttpConfig = { strictSSL: true, proxySupport: 'override', systemCertificates: false, env: {} };

export const httpWith = (config: Partial<HttpConfig> = {}, more: Partial<UndiciHttpOptions> = {}): UndiciHttp =>
  new UndiciHttp({ config: () => ({ ...direct, ...config }), ...more });

export const request = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json', 'user-agent': 'ai-keys/1' },
  auth: { header: 'authorization', scheme: 'Bearer', secret: new Secret('canary') },
  body: '{"a":1}',
  signal: new AbortController().signal,
  connectTimeoutMs: 2_000,
  headersTimeoutMs: 2_000,
  idleTimeoutMs: 2_000,
  maxBytes: 100_000,
  ...more,
});

export type Sent = { readonly status: number; readonly text: string } | HttpError;

/** Sends and reads to the end; the port's one error comes back as a value. */
export async function send(http: UndiciHttp, asked: HttpRequest): Promise<Sent> {
  try {
    const { status, body } = await http.send(asked);
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of body) text += decoder.decode(piece, { stream: true });
    return { status, text };
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

export const problemOf = (sent: Sent): string => (sent instanceof HttpError ? sent.problem : `status ${sent.status}`);

export type Far = {
  readonly server: Server;
  readonly port: number;
  readonly seen: { readonly request: IncomingMessage; readonly body: string }[];
  /** Connections that were ever made. */
  connections: number;
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  stop(): Promise<void>;
};

/** A provider on 127.0.0.1 that keeps what it was asked. */
export async function far(tls?: { readonly cert: string; readonly key: string }): Promise<Far> {
  const sockets = new Set<Socket>();
  const seen: Far['seen'] = [];
  const listener: RequestListener = (incoming, response) => {
    let body = '';
    incoming.on('data', (piece: Buffer) => (body += piece.toString()));
    incoming.on('end', () => {
      seen.push({ request: incoming, body });
      made.answer(incoming, response);
    });
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.on('connection', (socket: Socket) => {
    made.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const made: Far = {
    server,
    seen,
    port: address === null || typeof address === 'string' ? 0 : address.port,
    connections: 0,
    answer: (_, response) => void response.end('fine'),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
  return made;
}
