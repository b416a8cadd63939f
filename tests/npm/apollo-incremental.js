// Arguments: the URL of a GraphQL endpoint, "ids" or "paths" (which of Apollo Client's protocols). In: {"query"}. Out: {"results": number,
// "data", "accept", "contentType"}: the data of the last result, and how many there were.
import { readFileSync } from 'node:fs';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';

const [uri, protocol] = process.argv.slice(2);
const { query } = JSON.parse(readFileSync(0, 'utf8'));
const seen = {};
const client = new ApolloClient({
  cache: new InMemoryCache(),
  incrementalHandler: protocol === 'ids' ? new GraphQL17Alpha9Handler() : new Defer20220824Handler(),
  link: new HttpLink({
    uri,
    fetch: async (url, options) => {
      const response = await fetch(url, options);
      seen.accept = options.headers.accept;
      seen.contentType = response.headers.get('content-type');
      return response;
    },
  }),
});
let results = 0;
let data;
await new Promise((resolve, reject) => {
  client.watchQuery({ query: gql(query), fetchPolicy: 'no-cache' }).subscribe({
    next: (result) => {
      if (result.error) reject(result.error);
      results += 1;
      data = result.data;
      if (!result.loading && result.dataState === 'complete') resolve();
    },
    error: reject,
  });
});
process.stdout.write(JSON.stringify({ results, data, ...seen }));
process.exit(0);
