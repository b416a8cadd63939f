// The benchmark's schema and its answers, the same for every server here and for GraphQL/Schema/CatalogQueries.cs.
export const typeDefs = `
  type Query { hello: String! items(n: Int! = 50): [Item!]! nested: [Node!]! }
  type Item { id: Int! name: String! price: Float! active: Boolean! category: String! stock: Int! }
  type Node { id: Int! name: String! children: [Node!] }
`;

const items = Array.from({ length: 1000 }, (_, i) => (
  { id: i, name: `Item number ${i}`, price: i * 1.25, active: i % 2 === 0, category: `category ${i % 7}`, stock: i * 3 }));

const nodes = (depth) => (depth === 0 ? null : Array.from({ length: 10 }, (_, i) => (
  { id: i, name: `Node ${i}`, children: nodes(depth - 1) })));
const tree = nodes(3);

export const resolvers = { Query: { hello: () => 'Hello, world!', items: (_, { n }) => items.slice(0, n), nested: () => tree } };
