import type { Sample } from './sample.ts';

export const systemErrors: readonly Sample[] = [
  {
    name: 'a port in use',
    rule: 'network/portInUse',
    text: `node:events:505
    throw er; // Unhandled 'error' event
    ^

Error: listen EADDRINUSE: address already in use :::3000
    at Server.setupListenHandle [as _listen2] (node:net:2328:16)
    at Object.<anonymous> (/app/server.js:9:8) {
  code: 'EADDRINUSE',`,
    says: ['3000', 'lsof -i :3000'],
    at: { file: '/app/server.js', line: 9, column: 8 },
  },
  {
    name: 'a port in use in Python',
    rule: 'network/portInUse',
    text: 'Traceback (most recent call last):\n  File "s.py", line 4, in <module>\nOSError: [Errno 98] Address already in use',
    says: ['lsof'],
  },
  {
    name: 'a connection refused',
    rule: 'network/refused',
    text: 'Error: connect ECONNREFUSED 127.0.0.1:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:2021:16)',
    says: ['`127.0.0.1:5432`'],
  },
  {
    name: 'a connection refused in Python',
    rule: 'network/refused',
    text: 'Traceback (most recent call last):\n  File "/usr/lib/python3.11/urllib/request.py", line 1351, in do_open\n    raise URLError(err)\nurllib.error.URLError: <urlopen error [Errno 111] Connection refused>',
    says: ['refused'],
  },
  {
    name: 'a missing file in Node',
    rule: 'file/missing',
    text: "Error: ENOENT: no such file or directory, open 'x/y.txt'\n    at Object.openSync (node:fs:621:18)\n    at load (/app/load.js:3:9)",
    says: ['`x/y.txt`'],
    at: { file: '/app/load.js', line: 3, column: 9 },
  },
  {
    name: 'a missing file in Python',
    rule: 'file/missingPython',
    text: 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nFileNotFoundError: [Errno 2] No such file or directory: \'missing.txt\'',
    says: ['`missing.txt`'],
  },
  {
    name: 'a missing permission',
    rule: 'file/permission',
    text: "Error: EACCES: permission denied, open '/etc/shadow'\n    at Object.openSync (node:fs:621:18)",
    says: ['`/etc/shadow`'],
  },
  {
    name: 'a missing permission in Python',
    rule: 'file/permission',
    text: 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nPermissionError: [Errno 13] Permission denied: \'/root/x\'',
    says: ['permission'],
  },
  {
    name: 'wrong indentation in Python',
    rule: 'syntax/pythonIndent',
    text: '  File "/tmp/d.py", line 2\n    return 1\n    ^\nIndentationError: expected an indented block after function definition on line 1',
    says: ['indent'],
    at: { file: '/tmp/d.py', line: 2 },
  },
  {
    name: 'wrong syntax in JavaScript',
    rule: 'syntax/js',
    text: "/app/a.js:4\n  const x = ;\n            ^\n\nSyntaxError: Unexpected token ';'\n    at wrapSafe (node:internal/modules/cjs/loader:1469:18)",
    says: ["Unexpected token ';'"],
    at: { file: '/app/a.js', line: 4 },
  },
  {
    name: 'a web page where JSON was expected',
    rule: 'syntax/json',
    text: 'SyntaxError: Unexpected token \'<\', "<html>" is not valid JSON\n    at JSON.parse (<anonymous>)\n    at load (/app/api.js:12:20)',
    says: ['`<`', 'web page'],
    at: { file: '/app/api.js', line: 12, column: 20 },
  },
  {
    name: 'a dependency conflict of npm',
    rule: 'dependency/npmConflict',
    text: `npm error code ERESOLVE
npm error ERESOLVE unable to resolve dependency tree
npm error
npm error While resolving: shop@1.0.0
npm error Found: react@19.1.0
npm error node_modules/react
npm error   react@"^19.1.0" from the root project
npm error Could not resolve dependency:
npm error peer react@"^17.0.0" from old-widget@2.1.0`,
    says: ['peer dependency', '--legacy-peer-deps'],
  },
  {
    name: 'a dependency conflict of pip',
    rule: 'dependency/pip',
    text: `ERROR: Cannot install -r requirements.txt (line 1) and urllib3==2.0.0 because these package versions have conflicting dependencies.
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/`,
    says: ['exclude each other'],
  },
  {
    name: 'a full heap in Node',
    rule: 'memory/heap',
    text: `<--- Last few GCs --->
[4242:0x5581]    41234 ms: Mark-Compact 4086.3 (4130.1) -> 4085.9 MB
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----`,
    says: ['--max-old-space-size'],
  },
  {
    name: 'a full heap in Java',
    rule: 'memory/heap',
    text: 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)\n\tat shop.Load.all(Load.java:14)',
    says: ['-Xmx'],
    at: { file: 'shop/Load.java', line: 14 },
  },
  {
    name: 'endless recursion',
    rule: 'memory/stack',
    text: 'RangeError: Maximum call stack size exceeded\n    at walk (/app/tree.js:2:16)\n    at walk (/app/tree.js:3:10)',
    says: ['calls itself'],
    at: { file: '/app/tree.js', line: 2, column: 16 },
  },
  {
    name: 'a time-out of a connection',
    rule: 'network/timeout',
    text: 'Error: connect ETIMEDOUT 10.0.0.5:443\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:2021:16)',
    says: ['time limit'],
  },
  {
    name: 'a time-out of a test',
    rule: 'network/timeout',
    text: '  1) loads the cart:\n     Error: Timeout of 2000ms exceeded. For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves. (/app/test/cart.test.js)',
    says: ['awaited'],
  },
  {
    name: 'a certificate that is not trusted in Node',
    rule: 'web/certificate',
    text: "TypeError: fetch failed\n    at node:internal/deps/undici/undici:13510:13 {\n  [cause]: Error: self-signed certificate in certificate chain\n    code: 'SELF_SIGNED_CERT_IN_CHAIN'",
    says: ['NODE_EXTRA_CA_CERTS'],
  },
  {
    name: 'a certificate that is not trusted in Python',
    rule: 'web/certificate',
    text: 'urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)>',
    says: ['REQUESTS_CA_BUNDLE'],
  },
  {
    name: 'a CORS error',
    rule: 'web/cors',
    text: "Access to fetch at 'http://localhost:8000/api' from origin 'http://localhost:5173' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    says: ['Access-Control-Allow-Origin', 'server'],
  },
  {
    name: 'an assertion of node:assert',
    rule: 'assertion/test',
    text: 'AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n1 !== 2\n\n    at Context.<anonymous> (file:///app/test/cart.test.ts:9:12)',
    says: ['expected', 'actual'],
    at: { file: '/app/test/cart.test.ts', line: 9, column: 12 },
  },
  {
    name: 'an assertion of Jest',
    rule: 'assertion/test',
    text: '  ● adds up\n\n    expect(received).toBe(expected) // Object.is equality\n\n    Expected: 3\n    Received: 4\n\n      at Object.toBe (src/sum.test.ts:4:21)',
    says: ['expected'],
    at: { file: 'src/sum.test.ts', line: 4, column: 21 },
  },
  {
    name: 'an assertion of pytest',
    rule: 'assertion/test',
    text: '    def test_total():\n>       assert total([1, 2]) == 4\nE       assert 3 == 4\n\ntest_cart.py:5: AssertionError\nFAILED test_cart.py::test_total - assert 3 == 4',
    says: ['expected'],
    at: { file: 'test_cart.py', line: 5 },
  },
  {
    name: 'a command that is not there',
    rule: 'command/notFound',
    text: 'bash: nosuchcmd: command not found',
    says: ['`nosuchcmd`', 'PATH'],
  },
  {
    name: 'a command that is not there, in sh',
    rule: 'command/notFound',
    text: '> shop@1.0.0 build\n> vite build\n\nsh: 1: vite: not found',
    says: ['`vite`', 'npx'],
  },
  {
    name: 'a command that is not there, on Windows',
    rule: 'command/notFound',
    text: "'yarn' is not recognized as an internal or external command,\r\noperable program or batch file.",
    says: ['`yarn`'],
  },
  {
    name: 'a folder without git',
    rule: 'git/notRepository',
    text: 'fatal: not a git repository (or any of the parent directories): .git',
    says: ['git init'],
  },
  {
    name: 'Docker that does not run',
    rule: 'docker/daemon',
    text: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    says: ['Docker'],
  },
];
