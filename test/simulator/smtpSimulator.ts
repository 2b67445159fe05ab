import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { readMail, type ReadMail } from './mailSource.ts';
import { selfSignedCertificate, type Certificate } from './selfSignedCertificate.ts';

export type SmtpBehaviour = 'ok' | 'authFails' | 'recipientRefused' | 'greylisted' | 'dataRefused' | 'hang';

export type SmtpSimulatorOptions = {
  /** `none`: STARTTLS is not offered. `implicit`: TLS from the first byte. */
  readonly tls?: 'none' | 'starttls' | 'implicit';
  readonly port?: number;
  /** One that clients trust already; without: made anew. */
  readonly certificate?: Certificate;
  /** Without: nobody has to log in. */
  readonly login?: { readonly user: string; readonly password: string };
};

export type ReceivedMail = ReadMail & {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the line. */
  readonly source: string;
  readonly secure: boolean;
  readonly user: string | undefined;
};

class SmtpError extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** A mail server over a real socket, its certificate its own. */
export class SmtpSimulator {
  readonly mails: ReceivedMail[] = [];
  /** Logins tried, right or wrong. */
  logins = 0;
  connections = 0;
  behaviour: SmtpBehaviour = 'ok';
  readonly certificate: Certificate | undefined;
  readonly login: SmtpSimulatorOptions['login'];
  readonly #options: SmtpSimulatorOptions;
  readonly #next: SmtpBehaviour[] = [];
  readonly #sockets = new Set<Socket>();
  #server: SMTPServer | undefined;
  #now: SmtpBehaviour = 'ok';

  constructor(options: SmtpSimulatorOptions = {}) {
    this.#options = options;
    this.login = options.login;
    this.certificate =
      (options.tls ?? 'none') === 'none' ? undefined : (options.certificate ?? selfSignedCertificate());
  }

  async start(): Promise<this> {
    const server = new SMTPServer(this.#serverOptions());
    this.#server = server;
    // A client that does not like the certificate hangs up: that is its right.
    server.on('error', () => undefined);
    await new Promise<void>((listening) => {
      server.listen(this.#options.port ?? 0, '127.0.0.1', listening);
    });
    server.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    return this;
  }

  get port(): number {
    const address: AddressInfo | string | null = this.#server?.server.address() ?? null;
    if (address === null || typeof address === 'string') throw new Error('the simulator is not listening');
    return address.port;
  }

  /** What the next connections meet, one each. */
  next(...behaviours: SmtpBehaviour[]): void {
    this.#next.push(...behaviours);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => {
      if (this.#server === undefined) done();
      else this.#server.close(() => done());
    });
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serverOptions(): SMTPServerOptions {
    const { tls = 'none', login } = this.#options;
    return {
      name: 'mail.simulator.test',
      logger: false,
      disableReverseLookup: true,
      closeTimeout: 100,
      secure: tls === 'implicit',
      ...this.certificate,
      authOptional: login === undefined,
      allowInsecureAuth: true,
      disabledCommands: [...(login === undefined ? ['AUTH'] : []), ...(tls === 'starttls' ? [] : ['STARTTLS'])],
      onConnect: (_session, answer) => {
        this.connections += 1;
        this.#now = this.#next.shift() ?? this.behaviour;
        if (this.#now !== 'hang') answer();
      },
      onAuth: (auth, _session, answer) => {
        this.logins += 1;
        const good = auth.username === login?.user && auth.password === login?.password;
        if (this.#now === 'authFails' || !good) {
          // Some servers repeat what they were given.
          answer(
            new SmtpError(
              535,
              `5.7.8 Username and Password not accepted for ${auth.username ?? ''}:${auth.password ?? ''}`,
            ),
          );
        } else answer(null, { user: auth.username });
      },
      onRcptTo: ({ address }, _session, answer) => {
        if (this.#now === 'recipientRefused') answer(new SmtpError(550, `5.1.1 <${address}> User unknown`));
        else if (this.#now === 'greylisted') answer(new SmtpError(451, '4.7.1 Greylisted, please try again later'));
        else answer();
      },
      onData: (stream, session, answer) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (this.#now === 'dataRefused') return answer(new SmtpError(554, '5.7.1 Message rejected as spam'));
          const { mailFrom, rcptTo } = session.envelope;
          const source = Buffer.concat(chunks).toString();
          this.mails.push({
            ...readMail(source),
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            source,
            secure: session.secure,
            user: typeof session.user === 'string' ? session.user : undefined,
          });
          answer(null, '2.0.0 queued as SIM1');
        });
      },
    };
  }
}
