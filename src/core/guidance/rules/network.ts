import type { Rule } from '../rule.ts';

/** Ports, connections, names and time-outs. */
export const networkRules: readonly Rule[] = [
  {
    id: 'network/portInUse',
    pattern:
      /(?:EADDRINUSE|[Aa]ddress already in use|[Pp]ort (?<named>\d{2,5}) is (?:already )?(?:in use|allocated)|Only one usage of each socket address)(?:[^\n]{0,80}?:(?<port>\d{2,5})(?!\d))?/,
    explain: (l10n, { raw }) => {
      const port = raw('named') || raw('port');
      return {
        title: l10n.t('The port is already in use'),
        meaning:
          port === ''
            ? l10n.t('Another program, often an earlier start of this one, already listens on the port.')
            : l10n.t('Another program, often an earlier start of this one, already listens on port {0}.', port),
        tries: [
          l10n.t(
            'Find it: {0} (Linux, macOS) or {1} (Windows), and end it.',
            `\`lsof -i :${port || 'PORT'}\``,
            `\`netstat -ano | findstr :${port || 'PORT'}\``,
          ),
          l10n.t('Or start this program on another port.'),
          l10n.t('Look for terminals, debug sessions and containers that are still running.'),
        ],
      };
    },
  },
  {
    id: 'network/refused',
    pattern:
      /(?:ECONNREFUSED|[Cc]onnection refused|ConnectionRefusedError|actively refused|connectex: No connection could be made)(?: (?<address>[\w.:[\]-]{3,100}))?/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('Nothing answers at that address'),
      meaning: raw('address').includes(':')
        ? l10n.t('The connection to {0} was refused: no program listens there.', code('address'))
        : l10n.t('The connection was refused: no program listens at that address and port.'),
      tries: [
        l10n.t('Start the server, database or container, and see that it has finished starting.'),
        l10n.t('Compare host and port with its settings.'),
        l10n.t(
          'Inside a container `localhost` is the container itself: use the service name or `host.docker.internal`.',
        ),
        l10n.t('`localhost` may mean `::1` where the server listens only on `127.0.0.1`.'),
      ],
    }),
  },
  {
    id: 'network/dns',
    pattern:
      /(?:getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|ENOTFOUND|UnknownHostException:?|[Nn]ame or service not known|no such host|[Tt]emporary failure in name resolution|[Cc]ould not resolve host:?)(?: (?<host>[\w.-]{1,200}))?/,
    explain: (l10n, { code, raw }) => ({
      title: l10n.t('The host name is not known'),
      meaning:
        raw('host') === ''
          ? l10n.t('The name of the host could not be turned into an address.')
          : l10n.t('The name {0} could not be turned into an address.', code('host')),
      tries: [
        l10n.t('Check the spelling: a host name has no `https://` and no path.'),
        l10n.t('Check the network, VPN and proxy.'),
        l10n.t('Names of containers are known only inside their own Docker network.'),
      ],
    }),
  },
  {
    id: 'network/reset',
    pattern:
      /ECONNRESET|EPIPE\b|[Cc]onnection reset by peer|socket hang up|ConnectionResetError|BrokenPipeError|RemoteDisconnected/,
    explain: (l10n) => ({
      title: l10n.t('The other side closed the connection'),
      meaning: l10n.t('The connection stood and was closed before the answer was complete.'),
      tries: [
        l10n.t('Look at the log of the server: it may have crashed or refused the request.'),
        l10n.t('Check `http` against `https`, the proxy, and limits on size and time.'),
        l10n.t('Try again: a kept-alive connection may have been closed while idle.'),
      ],
    }),
  },
  {
    id: 'network/timeout',
    pattern:
      /ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT|(?:Connect|Read|Socket)?Timeout(?:Error|Exception|Expired)\b|[Tt]imed? ?out (?:after|of|waiting|exceeded|in)|[Tt]imeout of \d+ ?ms exceeded|Exceeded timeout of \d+|context deadline exceeded|timed out\b|504 Gateway/,
    explain: (l10n) => ({
      title: l10n.t('It took too long'),
      meaning: l10n.t('An operation did not finish within its time limit.'),
      tries: [
        l10n.t(
          'Find out which: a connection (firewall, wrong address), a slow answer (query, server), or a test that waits for something that never comes.',
        ),
        l10n.t('In a test, check that each promise is awaited and each callback is called.'),
        l10n.t('Only then raise the limit.'),
      ],
    }),
  },
  {
    id: 'network/unreachable',
    pattern: /ENETUNREACH|EHOSTUNREACH|[Nn]o route to host|[Nn]etwork is unreachable/,
    explain: (l10n) => ({
      title: l10n.t('No way to that network'),
      meaning: l10n.t('The machine has no route to the address.'),
      tries: [l10n.t('Check network, VPN and firewall.'), l10n.t('If it is an IPv6 address, try the IPv4 one.')],
    }),
  },
];
