import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import { addressOf } from './addresses';
import { credentials, refused } from './credentials';
import { fetchExactly } from './exactNumbers';
import { failureOf } from './failure';
import { socketAddress } from './who';

/** By which the gateway closes WebSockets of somebody whom it does not know, or no more. */
const refusedCode = 4403;
let isAdmitted = false;

const socket = createClient({
  url: socketAddress,
  connectionParams: credentials,
  lazy: true,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  // A connection over which nothing comes is dead, whatever TCP says.
  keepAlive: 15_000,
  on: {
    connecting: () => { isAdmitted = false; },
    connected: () => { isAdmitted = true; },
    closed: (event) => {
      // Whoever was let in before may be again: his token has ended, and is renewed.
      if (event instanceof CloseEvent && event.code === refusedCode && !isAdmitted) {
        refused(event.reason);
      }
    },
  },
});

const http = new SetContextLink(async ({ headers }) => ({ headers: { ...headers, ...(await credentials()) } })).concat(
  // Rows of statements may hold figures that JavaScript has no numbers for.
  ApolloLink.split(({ operationName }) => operationName?.endsWith('Sql') === true, new HttpLink({ uri: addressOf('graphql'), fetch: fetchExactly }), new HttpLink({ uri: addressOf('graphql') })),
);

/** Who asks is not known, or no more. What he may not have is told where it was asked for. */
const refusals = new ErrorLink(({ error }) => {
  const unknown = CombinedGraphQLErrors.is(error) ? error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED') : ServerError.is(error) && error.statusCode === 401;
  if (unknown) {
    refused(failureOf(error).detail);
  }
});

export const client = new ApolloClient({
  cache: new InMemoryCache({ typePolicies: { Table: { keyFields: ['namespace', 'name'] } } }),
  link: refusals.concat(ApolloLink.split(
    ({ query }) => {
      const operation = getMainDefinition(query);
      return operation.kind === 'OperationDefinition' && operation.operation === 'subscription';
    },
    new GraphQLWsLink(socket),
    http,
  )),
});
