// Apollo Client as a web application sets it up, driven by the tests through window.apollo. What arrives is kept for them to look at.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';

const endpoint = location.origin + '/graphql';
const handlers = { Defer20220824Handler, GraphQL17Alpha9Handler };
let client;

/** SHA-256 in hexadecimal; a page on 127.0.0.1 is a secure context, so the browser has it. */
async function sha256(text) {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const errorOf = (error) => error && {
  name: error.name,
  combined: CombinedGraphQLErrors.is(error),
  message: error.message,
  errors: error.errors,
};

/** Keeps what a stream of results gives, in order. */
function keep(observable) {
  const kept = { results: [], complete: false };
  kept.subscription = observable.subscribe({
    next: ({ data, error, dataState }) => kept.results.push({ data, error: errorOf(error), dataState }),
    error: (error) => kept.results.push({ error: errorOf(error) }),
    complete: () => { kept.complete = true; },
  });
  return kept;
}

async function resultOf(promise) {
  try {
    const { data } = await promise;
    return { data };
  } catch (error) {
    return { error: errorOf(error) };
  }
}

window.apollo = {
  start({ handler = 'GraphQL17Alpha9Handler', persisted = false } = {}) {
    const http = new HttpLink({ uri: endpoint });
    const web = persisted ? new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(http) : http;
    const sockets = new GraphQLWsLink(createClient({ url: endpoint.replace(/^http/, 'ws'), lazyCloseTimeout: 0 }));
    client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, sockets, web),
      incrementalHandler: new handlers[handler](),
    });
  },
  query: (text, variables) => resultOf(client.query({ query: gql(text), variables })),
  mutate: (text, variables) => resultOf(client.mutate({ mutation: gql(text), variables })),
  watch(text) { this.watched = keep(client.watchQuery({ query: gql(text) })); },
  subscribe(text, variables) { this.subscribed = keep(client.subscribe({ query: gql(text), variables })); },
  cache: () => client.cache.extract(),
};
