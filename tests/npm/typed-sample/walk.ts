// A paging list as front ends have it: Apollo Client puts the pages together. Arguments: the endpoint, the size of a page. Prints what it found.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { SalesPageDocument, type SaleFilterInput } from './generated/graphql.js';

const [endpoint, size] = [process.argv[2]!, Number(process.argv[3])];
const client = new ApolloClient({
  link: new HttpLink({ uri: endpoint }),
  cache: new InMemoryCache({ typePolicies: { Query: { fields: { sales: relayStylePagination(['where', 'order']) } } } }),
});

const where: SaleFilterInput = { id: { gt: 0 }, or: [{ amount: { gte: 0 } }, { amount: { eq: null } }] };
const list = { query: SalesPageDocument, variables: { first: size, where } };
await client.query(list);
for (let pages = 1; ; pages++) {
  // What a component shows: all pages so far, from the cache.
  const data = client.readQuery(list);
  if (data === null) {
    throw new Error('The list is not in the cache.');
  }

  const { edges, pageInfo, totalCount } = data.sales;
  if (edges.length > totalCount || pages > totalCount) {
    throw new Error(`After ${pages} pages there are ${edges.length} of ${totalCount} rows.`);
  }

  if (!pageInfo.hasNextPage) {
    const dates = edges.map((edge) => edge.node.date);
    process.stdout.write(
      JSON.stringify({
        pages,
        rows: edges.length,
        distinct: new Set(edges.map((edge) => edge.node.id)).size,
        totalCount,
        inOrder: dates.every((date, i) => i === 0 || date <= dates[i - 1]!),
        customers: new Set(edges.map((edge) => edge.node.customer?.name)).size,
      }),
    );
    break;
  }

  await client.query({ ...list, variables: { ...list.variables, after: pageInfo.endCursor ?? null }, fetchPolicy: 'network-only' });
}

client.stop();
