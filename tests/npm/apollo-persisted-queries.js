// Arguments: the URL of a GraphQL endpoint, GET or POST (how hashes are sent). Runs one query twice with Apollo Client's own link for automatic
// persisted queries. Out: {"greetings": [...], "requests": ["POST hash 200", ...]}.
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

const [uri, method] = process.argv.slice(2);
const requests = [];
const log = async (url, options) => {
  const parameters = options.method === 'GET' ? new URL(url).searchParams : new Map(Object.entries(JSON.parse(options.body)));
  const extensions = parameters.get('extensions');
  const sent = [];
  if (typeof extensions === 'string' ? extensions.includes('sha256Hash') : extensions?.persistedQuery) sent.push('hash');
  if (parameters.get('query')) sent.push('query');
  const response = await fetch(url, options);
  requests.push(`${options.method} ${sent.join('+')} ${response.status}`);
  return response;
};

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([
    new PersistedQueryLink({
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      useGETForHashedQueries: method === 'GET',
    }),
    new HttpLink({ uri, fetch: log, useGETForQueries: method === 'GET' }),
  ]),
});
const greetings = [];
for (let i = 0; i < 2; i++) {
  const { data } = await client.query({
    query: gql`query GreetBy${method}($name: String) { hello(name: $name) }`,
    variables: { name: method },
    fetchPolicy: 'network-only',
  });
  greetings.push(data.hello);
}
process.stdout.write(JSON.stringify({ greetings, requests }));
