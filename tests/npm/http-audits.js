// Argument: the URL of a GraphQL endpoint. Out: [{"id", "name", "status", "reason"}], the audits of graphql-http.
import { serverAudits } from 'graphql-http';

const results = [];
for (const audit of serverAudits({ url: process.argv[2] })) {
  const result = await audit.fn();
  results.push({ id: audit.id, name: audit.name, status: result.status, reason: result.reason ?? '' });
}
process.stdout.write(JSON.stringify(results));
