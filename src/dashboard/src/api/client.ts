import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { addressOf, socketAddressOf } from './addresses';
import { credentials } from './credentials';
import { fetchExactly } from './exactNumbers';

const socket = createClient({
  url: socketAddressOf('graphql'),
  connectionParams: credentials,
  lazy: true,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  // A connection over which nothing comes is dead, whatever TCP says.
  keepAlive: 15_000,
});

const http = new SetContextLink(({ headers }) => ({ headers: { ...headers, ...credentials() } })).concat(
  // Rows of statements may hold figures that JavaScript has no numbers for.
  ApolloLink.split(({ operationName }) => operationName?.endsWith('Sql') === true, new HttpLink({ uri: addressOf('graphql'), fetch: fetchExactly }), new HttpLink({ uri: addressOf('graphql') })),
);

export const client = new ApolloClient({
  cache: new InMemoryCache({ typePolicies: { Table: { keyFields: ['namespace', 'name'] } } }),
  link: ApolloLink.split(
    ({ query }) => {
      const operation = getMainDefinition(query);
      return operation.kind === 'OperationDefinition' && operation.operation === 'subscription';
    },
    new GraphQLWsLink(socket),
    http,
  ),
});
