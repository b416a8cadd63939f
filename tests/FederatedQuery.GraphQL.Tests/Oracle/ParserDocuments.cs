using System.Text.RegularExpressions;

namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>Documents with every construct of the grammar, and what random changes to their tokens and characters make of them.</summary>
internal static partial class ParserDocuments
{
    /// <summary>Whole definitions; any of them side by side are a document.</summary>
    public static IReadOnlyList<string> Definitions { get; } =
    [
        "{ a }",
        "query { __typename, ... on A { b } ...F @d ... @include(if: $x) { c } ... { d: e(f: 1, g: -0.5E+10) @d(h: [1 2, [3]]) { i } } }",
        "query Q($a: Int, $b: [String!]! = [\"x\"] @d, $c: In = {a: 1, b: {c: null, d: ENUM}} $d: Boolean! = true) @onQuery(a: $a) { a(b: $b, c: {d: $c}) }",
        "mutation on($on: on) { query: mutation(subscription: fragment) { fragment: type } }",
        "subscription S @d @e(f: \"g\") { newer(than: \"\"\"\n    block\n      \"quote\" \\\"\"\" \\n\n\n  \"\"\") { id } }",
        "\"A query.\" query D(\"The id.\" $id: ID! \"\"\"Block.\"\"\" $b: Int = 0) { a(id: $id) }",
        "\"Nameless.\" query { a }",
        "\"\"\"A fragment.\"\"\" fragment F on T @d(a: $v) { a ...G ...H @d(b: 1.0) }",
        "fragment query on query { query }",
        "schema { query: Q mutation: M, subscription: S }",
        "\"The schema.\" schema @d(a: \"b\") { query: Q }",
        "scalar Date @specifiedBy(url: \"https://example.com/\\u00e9\\u{1F600}\\uD83D\\uDE00\")",
        "\"\"\" The\n  type. \"\"\" type T implements & A & B @d { \"A field.\" a(\"An argument.\" b: [Int!]! = [1, 2] @d, c: In = {d: {}}): String! @deprecated(reason: \"\") e: [[T]!] }",
        "type Empty implements A",
        "interface I implements A & B { a: Int }",
        "interface Bare @d",
        "union U @d = | A | B | C",
        "union V = A",
        "union W",
        "enum E @d { \"One.\" A B @deprecated type C }",
        "enum Bare",
        "input In @oneOf { \"A field.\" a: Int = 1 @d b: [In!] = [{a: 1}] }",
        "input Bare",
        "\"A directive.\" directive @d(a: Int = 1 @e, \"b\" b: [String]) repeatable on | FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY",
        "directive @e on VARIABLE_DEFINITION | SCHEMA | SCALAR | OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION | INTERFACE | UNION | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION",
        "directive @f on MUTATION | SUBSCRIPTION | FRAGMENT_DEFINITION",
        "extend schema @d",
        "extend schema @d { mutation: M }",
        "extend scalar Date @d",
        "extend type T implements A & B",
        "extend type T @d { a: Int }",
        "extend interface I @d",
        "extend interface I implements B { b(c: Int): Int }",
        "extend union U @d = D",
        "extend union U = | E | F",
        "extend enum E @d",
        "extend enum E { D }",
        "extend input In @d",
        "extend input In { c: Int = 3 }",
        "{ a(b: 0, c: -0, d: 1e5, e: 0.0e-0, f: \"\", g: \"\"\"\"\"\", h: [], i: {}, j: null, k: true, l: nil) }",
        "#comment\n{ a # another\r\n b,,,c\rd\t# last",
        "\uFEFF{ a(b: \"\uFEFF\") }",
        "{ a(b: \"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041 \\u{41} \\u{10FFFF}\") }",
        "{ a(b: \"\"\"\r\n\tone\r\n\t  two\r\n\r\n\"\"\", c: \"é 𝄞 \u0001\u007f\u2028\") }",
        "{ true: false, null, on: on, fragment }",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "\"", "\\", "\\u", "\\u{", "}", "\"\"\"", "\\\"\"\"", "\\n", "\\x", "\n", "\r", "\r\n", " ", "  ", "\t", "é", "𝄞", "\u0001", "\u007f", "\u00a0", "\u2028", "\uFEFF", "0041", "D83D",
        "\\uD83D", "\\uDE00", "1F600", "110000", "0", "1", "-", ".", "..", "...", "e", "E", "+", "00", "12", "a", "_", "#", ",", "'", "?", ";", "%", "\0", "$", "@", "!", "&", "|", "=", ":", "[", "]", "{", "(", ")",
    ];

    /// <summary>Definitions, alone and together, some with changes to tokens, some with changes to characters; and random values.</summary>
    public static IReadOnlyList<string> Generate(int count, int seed)
    {
        var random = new Random(seed);
        var words = Definitions.SelectMany(Split).Where(token => token.Trim().Length > 0).Distinct().Order(StringComparer.Ordinal).ToArray();
        var documents = new List<string>(Definitions);
        documents.AddRange(Documents.ByHand);
        while (documents.Count < count)
        {
            documents.Add(random.Next(10) switch
            {
                < 4 => ChangeTokens(Choose(random), words, random),
                < 7 => ChangeCharacters(Choose(random), random),
                7 => $"{{ a(b: {Join(random, 8)}) }}",
                8 => $"{{ a(b: \"{Join(random, 5)}\") }}",
                _ => $"{{ a(b: \"\"\"{Join(random, 12)}\"\"\") }}",
            });
        }

        return documents;
    }

    private static string Choose(Random random) =>
        string.Join(random.Next(2) == 0 ? "\n" : " ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Definitions[random.Next(Definitions.Count)]));

    private static string Join(Random random, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    private static string ChangeTokens(string document, string[] words, Random random)
    {
        var list = Split(document).ToList();
        for (var changes = random.Next(1, 4); changes > 0 && list.Count > 1; changes--)
        {
            var at = random.Next(list.Count);
            switch (random.Next(5))
            {
                case 0: list.RemoveAt(at); break;
                case 1: list.Insert(at, list[at]); break;
                case 2: list[at] = words[random.Next(words.Length)]; break;
                case 3: list.Insert(at, words[random.Next(words.Length)]); break;
                default:
                    var other = random.Next(list.Count);
                    (list[at], list[other]) = (list[other], list[at]);
                    break;
            }
        }

        return string.Concat(list);
    }

    private static string ChangeCharacters(string document, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0 && document.Length > 1; changes--)
        {
            var at = random.Next(document.Length);
            if (char.IsSurrogate(document[at]))
            {
                continue;
            }

            document = random.Next(5) switch
            {
                0 => document.Remove(at, 1),
                1 => document.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => document.Remove(at, 1).Insert(at, Pieces[random.Next(Pieces.Length)]),
                3 => document.Insert(at, ((char)random.Next(1, 0x100)).ToString()),
                _ => random.Next(4) == 0 ? document[..at] : document[at..],
            };
        }

        return document;
    }

    private static string[] Split(string document) => Tokens().Split(document);

    [GeneratedRegex(@"(?<=[^\w""\\])|(?=[^\w""\\])")]
    private static partial Regex Tokens();
}
