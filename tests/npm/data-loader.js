// In: {"queries": [text]} over the shop of DataLoaderOracleTests. Out: [{"response", "fetches": {loader: [[key]]}}] by graphql-js with the
// npm package dataloader, new loaders for every query.
import { readFileSync } from 'node:fs';
import DataLoader from 'dataloader';
import { buildSchema, graphql } from 'graphql';

const { sdl, queries } = JSON.parse(readFileSync(0, 'utf8'));
const schema = buildSchema(sdl);
const range = (n) => Array.from({ length: n }, (_, i) => i);

function run(source) {
  const fetches = {};
  const loader = (name, fetch) => new DataLoader(async (keys) => {
    (fetches[name] ??= []).push([...keys]);
    await null;
    return keys.map(fetch);
  });
  const regions = loader('region', (id) => ({ id, name: `region ${id}` }));
  const products = loader('product', (id) => ({ id, name: `product ${id}`, maker: () => makers.load(id % 3) }));
  const makers = loader('maker', (id) => (id === 2 ? new Error('maker 2 is gone') : { id, name: `maker ${id}`, region: () => regions.load(id) }));
  const customers = loader('customer', (id) => (id === 5 ? null : { id, name: `customer ${id}`, region: () => regions.load(id % 4), sales: () => salesOf.load(id) }));
  const salesOf = loader('salesOf', (id) => range(2).map((i) => sale(id * 100 + i)));
  const sale = (id) => ({
    id,
    customer: () => customers.load(id % 17),
    product: async () => {
      await null;
      return products.load(id % 11);
    },
  });
  const rootValue = { sales: ({ n }) => range(n).map(sale), customers: ({ ids }) => customers.loadMany(ids) };
  return graphql({ schema, source, rootValue }).then((response) => ({ response, fetches }));
}

const results = [];
for (const query of queries) results.push(await run(query));
process.stdout.write(JSON.stringify(results));
