// The client of npm graphql-ws. Arguments: the URL, the name of a scenario. Out: what the scenario saw, as JSON.
import { createHash } from 'node:crypto';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, scenario, argument] = process.argv.slice(2);
const collect = async (client, payload) => {
  const results = [];
  try {
    for await (const result of client.iterate(payload)) results.push(result);
    return { results };
  } catch (error) {
    return { results, error: error instanceof Error ? error.message : Array.isArray(error) ? error : { code: error.code, reason: error.reason } };
  }
};

const scenarios = {
  // Everything over one connection, at the same time.
  async operations() {
    let connections = 0;
    const client = createClient({ url, webSocketImpl: WebSocket, lazyCloseTimeout: 300, on: { opened: () => connections++ } });
    const [query, mutation, subscription, invalid, unnamed] = await Promise.all([
      collect(client, { query: 'query Hi($n: String) { hello(name: $n) }', operationName: 'Hi', variables: { n: 'Bob "B"' }, extensions: { a: 1 } }),
      collect(client, { query: 'mutation { append(text: "x", delays: 3) }' }),
      collect(client, { query: 'subscription { countTo(last: 3) }' }),
      collect(client, { query: '{ nope }' }),
      collect(client, { query: 'query A { hello } query B { hello }' }),
    ]);
    const parallel = await Promise.all(Array.from({ length: 50 }, (_, i) => collect(client, { query: `{ hello(name: "${i}") }` })));
    await client.dispose();
    return { query, mutation, subscription, invalid, unnamed, parallel: parallel.map((one) => one.results[0].data.hello), connections };
  },

  // A deferred part is a result of its own.
  async defer() {
    const client = createClient({ url, webSocketImpl: WebSocket, lazyCloseTimeout: 300 });
    const seen = await collect(client, { query: '{ hello ... @defer(label: "later") { again: hello(name: "you") } }' });
    await client.dispose();
    return seen;
  },

  // Automatic persisted queries: a hash alone, then with its document, then alone again.
  async persisted() {
    const client = createClient({ url, webSocketImpl: WebSocket, lazyCloseTimeout: 300 });
    const query = '{ hello }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } };
    // This client insists on a query; the empty one counts as none where a hash stands.
    const first = await collect(client, { query: '', extensions });
    const second = await collect(client, { query, extensions });
    const third = await collect(client, { query: '', extensions });
    await client.dispose();
    return { first: first.error[0].extensions.code, second: second.results, third: third.results };
  },

  // Takes three events of an endless source, and goes.
  async unsubscribe() {
    const client = createClient({ url, webSocketImpl: WebSocket, lazyCloseTimeout: 300 });
    const results = [];
    for await (const result of client.iterate({ query: `subscription { ticks(probe: "${argument}") }` })) {
      results.push(result);
      if (results.length === 3) break;
    }
    const after = await collect(client, { query: '{ hello }' });
    await client.dispose();
    return { results, after };
  },

  // Its own pings are answered, and the server's by it.
  async ping() {
    const seen = { pingSent: 0, pingReceived: 0, pongSent: 0, pongReceived: 0 };
    let enough;
    const done = new Promise((resolve) => (enough = resolve));
    const count = (name) => {
      seen[name]++;
      if (seen.pingReceived >= 2 && seen.pongSent >= 2 && seen.pongReceived >= 1) enough();
    };
    const client = createClient({
      url, webSocketImpl: WebSocket, lazy: false, keepAlive: 50,
      on: { ping: (received) => count(received ? 'pingReceived' : 'pingSent'), pong: (received) => count(received ? 'pongReceived' : 'pongSent') },
    });
    await done;
    await client.dispose();
    return { ok: true };
  },

  // The connection breaks under a subscription; the client connects again and goes on.
  async reconnect() {
    let sockets = 0;
    const client = createClient({
      url, webSocketImpl: WebSocket, retryAttempts: 5, retryWait: async () => {},
      on: { connected: (socket) => { if (++sockets === 1) socket.terminate(); } },
    });
    const { results } = await collect(client, { query: 'subscription { countTo(last: 2) }' });
    await client.dispose();
    return { results, sockets };
  },

  // What the init hook says.
  async init() {
    let acknowledgement;
    const client = createClient({
      url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: JSON.parse(argument),
      on: { connected: (_, payload) => (acknowledgement = payload) },
    });
    const outcome = await collect(client, { query: '{ whoAmI }' });
    await client.dispose();
    return { outcome, acknowledgement };
  },
};

process.stdout.write(JSON.stringify(await scenarios[scenario]()));
