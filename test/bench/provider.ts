// The provider that everyone asks: an OpenAI-style chat completion over loopback, in a process of its own.
// The key `limited` is rate limited, every other one is answered. `GET /chats` tells how many came;
// `/awake` and `/asleep` say whether it may sleep between two of them.

import { createServer } from 'node:http';

const answer = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'bench-model',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'The variable is undefined because the promise was never awaited.' },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 24, completion_tokens: 13, total_tokens: 37 },
});
const limited = JSON.stringify({
  error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' },
});
let chats = 0;
let isAwake = false;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    if (request.url === '/awake' && !isAwake) {
      isAwake = true;
      stayAwake();
    }
    if (request.url === '/asleep') isAwake = false;
    response.end(String(chats));
    return;
  }
  request.resume().on('end', () => {
    chats += 1;
    const isLimited = request.headers.authorization === 'Bearer limited';
    const body = isLimited ? limited : answer;
    response.writeHead(isLimited ? 429 : 200, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...(isLimited ? { 'retry-after': '60' } : {}),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});

/** Keeps its processor awake: what is measured is the caller, not how long a machine takes to wake up. */
function stayAwake(): void {
  if (isAwake) setImmediate(stayAwake);
}
