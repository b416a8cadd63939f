// Serves the schema with mercurius and its JIT on a free port; prints the address; ends when standard input does.
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { resolvers, typeDefs } from './schema.js';

const app = Fastify({ logger: false });
app.register(mercurius, { schema: typeDefs, jit: 1, resolvers });
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));
process.stdin.resume().on('end', () => app.close());
