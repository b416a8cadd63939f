// In: {"introspection": response, "sdl"}. Out: both as graphql-js prints them, in one order.
import { readFileSync } from 'node:fs';
import { buildClientSchema, buildSchema, lexicographicSortSchema, printSchema } from 'graphql';

const { introspection, sdl } = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(
  JSON.stringify({
    introspection: printSchema(lexicographicSortSchema(buildClientSchema(introspection.data))),
    sdl: printSchema(lexicographicSortSchema(buildSchema(sdl))),
  }),
);
