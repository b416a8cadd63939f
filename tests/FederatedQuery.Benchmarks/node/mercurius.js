// Serves the benchmark's schema with mercurius and its JIT on a free port; prints the address; ends when standard input does.
import Fastify from 'fastify';
import mercurius from 'mercurius';

const schema = `
  type Query { items: [Item!]! nodes: [Node!]! }
  type Item { id: Int! name: String! price: Float! active: Boolean! category: String! stock: Int! }
  type Node { id: Int! name: String! children: [Node!] }
`;

const items = Array.from({ length: 50 }, (_, i) => (
  { id: i, name: `Item number ${i}`, price: i * 1.25, active: i % 2 === 0, category: `category ${i % 7}`, stock: i * 3 }));

const nodes = (depth) => (depth === 0 ? null : Array.from({ length: 10 }, (_, i) => (
  { id: i, name: `Node ${i}`, children: nodes(depth - 1) })));
const tree = nodes(3);

const app = Fastify({ logger: false });
app.register(mercurius, { schema, jit: 1, resolvers: { Query: { items: () => items, nodes: () => tree } } });
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.stdin.resume().on('end', () => app.close());
