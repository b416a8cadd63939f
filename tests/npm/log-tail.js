// A tail of logs by npm graphql-ws, whose connection breaks: it subscribes again with its last cursor. Arguments: the gateway's address. Out: the messages
// that it saw before and after, as JSON.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [address] = process.argv.slice(2);
const url = `${address.replace(/^http/, 'ws')}graphql`;
const query = 'subscription ($after: String, $replay: Int) { logTail(where: { level: { eq: "WARN" } }, after: $after, replay: $replay) { cursor node { id message timestamp metadata } } }';

const ingest = async (...records) => {
  const response = await fetch(`${address}graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation ($input: [LogInput!]!) { ingestLogs(input: $input) { accepted } }', variables: { input: records } }),
  });
  const { data, errors } = await response.json();
  if (errors || data.ingestLogs.accepted !== records.length) throw new Error(JSON.stringify(errors ?? data));
};

// Takes so many events over a connection of its own, and cuts it.
const tail = async (variables, count, meanwhile) => {
  let socket;
  const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, on: { connected: (connected) => (socket = connected) } });
  const edges = [];
  try {
    for await (const result of client.iterate({ query, variables })) {
      if (result.errors) throw new Error(JSON.stringify(result.errors));
      edges.push(result.data.logTail);
      if (edges.length === 1) await meanwhile?.();
      if (edges.length === count) break;
    }
  } finally {
    socket?.terminate();
  }
  return edges;
};

await ingest({ level: 'WARN', message: 'one', metadata: { n: 1 } }, { level: 'INFO', message: 'not this' });
let stored = [];
while (stored.length === 0) stored = await Promise.race([tail({ replay: 10 }, 1), new Promise((resolve) => setTimeout(() => resolve([]), 2000))]);
const before = await tail({ replay: 10 }, 3, () => ingest({ level: 'WARN', message: 'two' }, { level: 'INFO', message: 'nor this' }, { level: 'WARN', message: 'three' }));
await ingest({ level: 'WARN', message: 'four' });
const after = await tail({ after: before[1].cursor }, 3, () => ingest({ level: 'WARN', message: 'five' }));
process.stdout.write(JSON.stringify({ before: before.map((edge) => edge.node), after: after.map((edge) => edge.node.message) }));
process.exit(0);
