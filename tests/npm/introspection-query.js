// Out: the widest introspection query that graphql-js asks.
import { getIntrospectionQuery } from 'graphql';

process.stdout.write(
  getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true }),
);
