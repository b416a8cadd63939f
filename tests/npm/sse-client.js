// The client of npm graphql-sse, in distinct connections mode unless said otherwise. Arguments: the URL, the name of a scenario.
// Out: what the scenario saw, as JSON.
import { createClient } from 'graphql-sse';

const [url, scenario, argument] = process.argv.slice(2);
const collect = async (client, payload) => {
  const results = [];
  try {
    for await (const result of client.iterate(payload)) results.push(result);
    return { results };
  } catch (error) {
    return { results, error: error.message, status: error.response?.status };
  }
};

const scenarios = {
  async operations() {
    const client = createClient({ url, retryAttempts: 0 });
    const [query, mutation, subscription, invalid, refused] = await Promise.all([
      collect(client, { query: 'query Hi($n: String) { hello(name: $n) }', operationName: 'Hi', variables: { n: 'Bob' } }),
      collect(client, { query: 'mutation { append(text: "x") }' }),
      collect(client, { query: 'subscription { countTo(last: 3) }' }),
      collect(client, { query: '{ nope }' }),
      collect(client, { query: 1 }),
    ]);
    client.dispose();
    return { query, mutation, subscription, invalid, refused };
  },

  async unsubscribe() {
    const client = createClient({ url });
    const results = [];
    for await (const result of client.iterate({ query: `subscription { ticks(probe: "${argument}") }` })) {
      results.push(result);
      if (results.length === 3) break;
    }
    client.dispose();
    return { results };
  },

  async singleConnection() {
    const client = createClient({ url, singleConnection: true, retryAttempts: 0 });
    const outcome = await collect(client, { query: '{ hello }' });
    client.dispose();
    return outcome;
  },
};

process.stdout.write(JSON.stringify(await scenarios[scenario]()));
