// Prints the introspection query that GraphiQL and Apollo's tools send, with all options on.
import { getIntrospectionQuery } from 'graphql';

console.log(getIntrospectionQuery({ descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true }));
