// In: [{"text", "printed"}]; printed is what we make of the text, or null when we refuse it. Out, for each, by graphql-js: {"message", "line",
// "column"} when it refuses the text, else {"isSame": whether printed parses to the same tree, "tree"}. Block strings are equal to others of
// the same value; half a surrogate pair in a message is U+FFFD.
import { readFileSync } from 'node:fs';
import { GraphQLError, parse } from 'graphql';

function tryParse(text) {
  try {
    const tree = parse(text, { noLocation: true, allowEmptySelectionSets: false });
    return { tree: JSON.stringify(tree, (key, value) => (key === 'block' ? undefined : value)) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { message: error.message.toWellFormed(), ...error.locations?.[0] };
  }
}

const results = JSON.parse(readFileSync(0, 'utf8')).map(({ text, printed }) => {
  const theirs = tryParse(text);
  if (theirs.tree === undefined) return theirs;
  if (printed === null) return { isSame: false };
  const ours = tryParse(printed);
  return ours.tree === theirs.tree ? { isSame: true } : { isSame: false, tree: theirs.tree, ours: ours.tree ?? ours.message };
});
process.stdout.write(JSON.stringify(results));
