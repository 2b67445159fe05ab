import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A CONNECT proxy on 127.0.0.1 that takes every host to the one port it is told. */
export class LoopbackProxy {
  /** `host:port` of each CONNECT that was let through. */
  readonly connected: string[] = [];
  /** The Proxy-Authorization that is asked for. */
  authorization: string | undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  constructor(targetPort: () => number) {
    this.#server = createServer((_, response) => response.writeHead(400).end());
    this.#server.on('connect', (request, socket, head) => {
      this.#keep(socket);
      if (request.headers['proxy-authorization'] !== this.authorization) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      this.connected.push(request.url ?? '');
      const far = connect(targetPort(), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        far.write(head);
        far.pipe(socket).pipe(far);
      });
      this.#keep(far);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
  }
}
