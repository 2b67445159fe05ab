import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** HTTP servers on 127.0.0.1 that can be ended at once, and how many requests they have under way. */
export class Loopback {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  inFlight = 0;
  maxInFlight = 0;

  async listen(port: number, serve: Serve): Promise<void> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      this.#count(response);
      void guarded(serve, request, response);
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((listening, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', listening);
    });
    this.#servers.push(server);
  }

  /** Of the n-th server; of the last one where there are fewer. */
  origin(place: number): string {
    const address = (this.#servers[place] ?? this.#servers.at(-1))?.address() ?? null;
    if (address === null || typeof address === 'string') throw new Error('the simulator is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Connections that stand right now. */
  get connections(): number {
    return this.#sockets.size;
  }

  async stop(): Promise<void> {
    const closed = this.#servers
      .splice(0)
      .map((server) => new Promise<void>((done) => void server.close(() => done())));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
    this.#sockets.clear();
  }

  #count(response: ServerResponse): void {
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    let counted = true;
    const over = (): void => {
      if (counted) this.inFlight -= 1;
      counted = false;
    };
    response.once('finish', over);
    response.once('close', over);
  }
}

/** A fault of the simulator itself must show as one, and not hang the test. */
async function guarded(serve: Serve, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await serve(request, response);
  } catch (error) {
    if (response.destroyed || request.socket.destroyed) return;
    if (!response.headersSent) response.writeHead(599, { 'content-type': 'text/plain' });
    response.end(`simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
