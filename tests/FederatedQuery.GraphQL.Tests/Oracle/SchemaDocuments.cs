namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>Type system documents, valid and not, for every rule of spec section 3.</summary>
internal static class SchemaDocuments
{
    private const string Q = "type Query { a: Int } ";

    public const string Everything = """"
        "The schema."
        schema @owner(team: "s") { query: Query mutation: Change subscription: Watch }
        extend schema @owner(team: "t")
        directive @owner(team: String! = "none", level: Level = LOW) repeatable on SCHEMA | OBJECT | FIELD_DEFINITION | ENUM_VALUE | ARGUMENT_DEFINITION
        directive @flag(on: Boolean! = true) on FIELD | SCALAR | UNION | ENUM | INPUT_OBJECT | INPUT_FIELD_DEFINITION | INTERFACE
        enum Level { LOW "Much." HIGH OLD @deprecated }
        """
        Several lines,
          one indented, with \""" and "quotes" and \\ slashes.
        """
        scalar Time @specifiedBy(url: "https://example.org/time") @flag
        interface Node @flag { id: ID! }
        interface Named implements Node { id: ID! name(short: Boolean = false): String }
        type Book implements Named & Node @owner { id: ID! name(short: Boolean = false, extra: Int): String! old: Int @deprecated(reason: "Too\nold") at: Time }
        type Author implements Node { id: ID! books(where: Where = { size: 3, tags: ["a", null], level: HIGH, inner: { size: 1 } }, first: Int! = 10): [Book!]! @owner(team: "b") }
        union Found @flag = | Book | Author
        input Where @flag { size: Int! tags: [String] = [] level: Level = LOW inner: Where time: Time = 1.5 gone: Int @deprecated }
        input By @oneOf { id: ID name: String where: Where }
        type Query { find(by: By!, text: String = "x \"y\" \\ \u00e9"): [Found] node(id: ID!): Node named: [[Named!]]! }
        extend type Query { more(level: Level = HIGH): Boolean }
        extend enum Level { HIGHEST @owner }
        extend union Found = Change
        extend input Where { added: Float = 1e3 }
        extend scalar Time
          @flag2
        directive @flag2 on SCALAR
        type Change { set(where: Where): ID }
        extend interface Named @flag
        type Watch { ticks: Int! }
        """";

    public static IReadOnlyList<string> ByHand { get; } =
    [
        Everything,
        Q, "type Query { a: Int }\n# comment", "schema { query: Q } type Q { a: Int }", "type Mutation { a: Int }", "scalar A", "schema { query: Missing }",
        "schema { query: Query } schema { query: Query } " + Q, "schema { query: Query query: Query } " + Q, "schema { query: Query mutation: Query } " + Q,
        "schema { query: A mutation: B subscription: B } type A { a: Int } type B { b: Int }", "schema { query: E } enum E { A }", "schema { query: I } interface I { a: Int }",
        "schema { query: Query mutation: In } input In { a: Int } " + Q, "enum Query { A }", Q + "enum Mutation { A }", Q + "extend schema { mutation: M } type M { a: Int }",
        Q + "extend schema { query: M } type M { a: Int }", "schema { query: Query } extend schema { query: Query } " + Q, "schema { mutation: Query } " + Q,
        "\"d\" schema { query: Query } " + Q, "schema { query: Query } type Mutation { a: Int } " + Q,

        // Names and uniqueness.
        Q + Q, Q + "scalar A scalar A", Q + "enum A { B } type A { b: Int }", "type Query { a: Int a: Int }", "type Query { a(b: Int b: Int): Int }", Q + "enum E { A A }",
        Q + "input I { a: Int a: Int }", Q + "extend type Query { a: String }", Q + "enum E { A } extend enum E { A }", Q + "input I { a: Int } extend input I { a: Int }",
        "type Query { __a: Int }", "type Query { a(__b: Int): Int }", Q + "type __T { a: Int }", Q + "scalar __S", Q + "enum E { __A }", Q + "input I { __a: Int }", Q + "input __I { a: Int }",
        Q + "directive @__d on FIELD", Q + "directive @d(__a: Int) on FIELD", Q + "directive @d on FIELD directive @d on FIELD", Q + "directive @d(a: Int a: Int) on FIELD",
        Q + "interface __I { a: Int }", Q + "union __U = Query", Q + "enum __E { A }",

        // Known types and their places.
        "type Query { a: Missing }", "type Query { a(b: Missing): Int }", Q + "input I { a: [Missing!] }", Q + "union U = Missing", "type Query implements Missing { a: Int }",
        Q + "directive @d(a: Missing) on FIELD", "type Query { a: I } input I { a: Int }", "type Query { a(b: Query): Int }", Q + "input I { a: Query }", Q + "interface F { a: Int } input I { a: F }",
        Q + "union U = Query input I { a: U }", Q + "directive @d(a: Query) on FIELD", "type Query { a: [I!]! } input I { a: Int }", "type Query { a: __Type b: __TypeKind }", "type Query { a(k: __TypeKind): Int }",

        // Empty types.
        "type Query", Q + "type T", Q + "interface I", Q + "union U", Q + "enum E", Q + "input I", "type Query extend type Query { a: Int }", Q + "union U extend union U = Query",
        Q + "type T @d directive @d on OBJECT", "type Query { }", Q + "enum E { }",

        // Unions and enums.
        Q + "union U = Query", Q + "union U = Query | Query", Q + "union U = Query extend union U = Query", Q + "union U = S scalar S", Q + "union U = I interface I { a: Int }", Q + "union U = V union V = Query",
        Q + "union U = E enum E { A }", Q + "union U = N input N { a: Int }", Q + "enum E { true }", Q + "enum E { null }", Q + "enum E { TRUE }", Q + "union U = Int",

        // Interfaces.
        Q + "interface I { a: Int } type T implements I { a: Int }", Q + "interface I { a: Int } type T implements I { b: Int }", Q + "interface I { a: Int } type T implements I { a: String }",
        Q + "interface I { a: Int } type T implements I { a: Int! }", Q + "interface I { a: Int! } type T implements I { a: Int }", Q + "interface I { a: [Int] } type T implements I { a: [Int!]! }",
        Q + "interface I { a: [Int]! } type T implements I { a: Int! }", Q + "interface I { a: I } type T implements I { a: T }", Q + "interface I { a: U } union U = T type T implements I { a: T }",
        Q + "interface I { a: T } type T implements I { a: I }", Q + "interface I { a(b: Int): Int } type T implements I { a: Int }", Q + "interface I { a(b: Int): Int } type T implements I { a(b: Int): Int }",
        Q + "interface I { a(b: Int): Int } type T implements I { a(b: Int!): Int }", Q + "interface I { a(b: Int!): Int } type T implements I { a(b: Int): Int }",
        Q + "interface I { a: Int } type T implements I { a(b: Int): Int }", Q + "interface I { a: Int } type T implements I { a(b: Int!): Int }", Q + "interface I { a: Int } type T implements I { a(b: Int! = 1): Int }",
        Q + "interface I { a: Int } type T implements I & I { a: Int }", Q + "interface I { a: Int } type T implements I { a: Int } extend type T implements I", Q + "type T implements Query { a: Int }",
        Q + "type T implements U { a: Int } union U = Query", Q + "interface I implements I { a: Int }", Q + "interface I implements J { a: Int } interface J implements I { a: Int }",
        Q + "interface I { a: Int } interface J implements I { a: Int } type T implements J { a: Int }", Q + "interface I { a: Int } interface J implements I { a: Int } type T implements J & I { a: Int }",
        Q + "interface I { a: Int } interface J implements I { b: Int }", Q + "interface I { a: I } interface J implements I { a: J } type T implements I & J { a: T }",
        Q + "interface I { a: Int @deprecated } type T implements I { a: Int }", Q + "interface I { a: Int } type T implements I { a: Int @deprecated }", Q + "interface I { a: Int @deprecated } type T implements I { a: Int @deprecated }",
        Q + "interface I implements J & K { a: Int } interface J implements K { a: Int } interface K implements I { a: Int }", Q + "scalar S type T implements S { a: Int }",

        // Input objects.
        Q + "input I { a: I }", Q + "input I { a: I! }", Q + "input I { a: [I!]! }", Q + "input I { a: J! } input J { b: I! }", Q + "input I { a: J! } input J { b: I }", Q + "input I { a: J! b: I! } input J { b: K! } input K { c: J! }",
        Q + "input I { a: I! = {} }", Q + "input I { a: I = {} }", Q + "input I { a: I = { a: null } }", Q + "input I { a: I = { a: {} } }", Q + "input I { a: J = {} } input J { b: I = {} }", Q + "input I { a: J = {} } input J { b: I }",
        Q + "input I { a: [I] = [{}] }", Q + "input I { a: [I] = [] }", Q + "input I { a: I = { b: 1 } b: Int }", Q + "input I { a: J = { b: {} } } input J { b: I = {} }", Q + "input I { a: J = { b: { a: null } } } input J { b: I = {} }",
        Q + "input I @oneOf { a: Int }", Q + "input I @oneOf { a: Int! }", Q + "input I @oneOf { a: Int = 1 }", Q + "input I @oneOf { a: I }", Q + "input I @oneOf { a: I b: Int }", Q + "input I @oneOf { a: [I] }", Q + "input I @oneOf { a: J } input J { b: I! }",
        Q + "input I @oneOf { a: J } input J { b: I }", Q + "input I @oneOf { a: J b: K } input J @oneOf { a: I } input K { c: I! }", Q + "type T @oneOf { a: Int }", Q + "input I @oneOf @oneOf { a: Int }",

        // Deprecation.
        "type Query { a(b: Int! @deprecated): Int }", "type Query { a(b: Int! = 1 @deprecated): Int }", "type Query { a(b: Int @deprecated): Int }", Q + "input I { a: Int! @deprecated }", Q + "input I { a: Int! = 1 @deprecated }",
        Q + "directive @d(a: Int! @deprecated) on FIELD", Q + "type T @deprecated { a: Int }", "type Query { a: Int @deprecated(reason: \"r\") }", "type Query { a: Int @deprecated(reason: 5) }", "type Query { a: Int @deprecated(reason: null) }",
        "type Query { a: Int @deprecated @deprecated }", "type Query { a: Int @deprecated(why: \"r\") }", Q + "enum E { A @deprecated(reason: \"\") }",

        // Default values.
        "type Query { a(b: Int = \"x\"): Int }", "type Query { a(b: Int = 1.5): Int }", "type Query { a(b: Float = 1): Int }", "type Query { a(b: [Int] = 1): Int }", "type Query { a(b: [Int!] = [null]): Int }", "type Query { a(b: Int! = null): Int }",
        "type Query { a(b: E = A): Int } enum E { A }", "type Query { a(b: E = B): Int } enum E { A }", "type Query { a(b: E = \"A\"): Int } enum E { A }", "type Query { a(b: I = { c: 1 }): Int } input I { c: Int }", "type Query { a(b: I = { d: 1 }): Int } input I { c: Int }",
        "type Query { a(b: I = {}): Int } input I { c: Int! }", "type Query { a(b: I = {}): Int } input I { c: Int! = 1 }", "type Query { a(b: I = { c: 1, c: 2 }): Int } input I { c: Int }", "type Query { a(b: I = 5): Int } input I { c: Int }",
        "type Query { a(b: O = { c: 1, d: 2 }): Int } input O @oneOf { c: Int d: Int }", "type Query { a(b: O = { c: 1 }): Int } input O @oneOf { c: Int d: Int }", "type Query { a(b: O = { c: null }): Int } input O @oneOf { c: Int d: Int }",
        Q + "input I { a: Boolean = 1 }", Q + "input I { a: ID = 1 b: ID = \"x\" }", Q + "input I { a: ID = 1.5 }", Q + "input I { a: String = A }", Q + "directive @d(a: Int = \"x\") on FIELD", Q + "scalar S input I { a: S = { x: [1, A, \"s\"] } }", Q + "input I { a: Int = 99999999999 }",
        "type Query { a(b: Int = $c): Int }",

        // Directives and extensions.
        Q + "directive @d on FIELD", Q + "directive @d on NOWHERE", Q + "directive @d", "type Query { a: Int @d }", "directive @d on FIELD_DEFINITION type Query { a: Int @d }", "directive @d on OBJECT type Query { a: Int @d }",
        "directive @d on FIELD_DEFINITION type Query { a: Int @d @d }", "directive @d repeatable on FIELD_DEFINITION type Query { a: Int @d @d }", "directive @d on OBJECT type Query @d { a: Int } extend type Query @d",
        "directive @d(x: Int!) on FIELD_DEFINITION type Query { a: Int @d }", "directive @d(x: Int! = 1) on FIELD_DEFINITION type Query { a: Int @d }", "directive @d(x: Int) on FIELD_DEFINITION type Query { a: Int @d(y: 1) }",
        "directive @d(x: Int) on FIELD_DEFINITION type Query { a: Int @d(x: 1, x: 1) }", "type Query { a: Int @skip(if: true) }", "type Query @skip(if: true) { a: Int }", Q + "scalar S @specifiedBy", Q + "scalar S @specifiedBy(url: \"u\")",
        Q + "type T @specifiedBy(url: \"u\") { a: Int }", Q + "scalar S @specifiedBy(url: 5)", Q + "scalar S @specifiedBy(url: \"a\") @specifiedBy(url: \"b\")", Q + "extend type Missing { a: Int }", Q + "scalar S extend type S { a: Int }",
        Q + "extend interface Query { b: Int }", Q + "extend input Query { b: Int }", Q + "enum E { A } extend enum E { B }", Q + "extend type Query", Q + "extend type Query { b: Missing }", Q + "extend type Query implements I interface I { a: Int }",
        Q + "extend union Query = Query", Q + "extend scalar Int @d directive @d on SCALAR", "directive @d on SCHEMA schema @d { query: Query } " + Q, "directive @d on OBJECT schema @d { query: Query } " + Q, "schema @d { query: Query } " + Q,
    ];

    /// <summary>Tokens of <see cref="Everything"/> left out, doubled, swapped or replaced by another of its tokens; the same for the same seed.</summary>
    public static IReadOnlyList<string> Mutated(int count, int seed)
    {
        var random = new Random(seed);
        var tokens = System.Text.RegularExpressions.Regex.Matches(Everything, "\"\"\"[\\s\\S]*?[^\\\\]\"\"\"|\"(?:\\\\.|[^\"\\\\])*\"|[A-Za-z0-9_.]+|[^\\s,]").Select(match => match.Value).ToArray();
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var list = tokens.ToList();
                var at = random.Next(list.Count - 1);
                switch (random.Next(4))
                {
                    case 0: list.RemoveAt(at); break;
                    case 1: list.Insert(at, list[at]); break;
                    case 2: (list[at], list[at + 1]) = (list[at + 1], list[at]); break;
                    default: list[at] = tokens[random.Next(tokens.Length)]; break;
                }

                return string.Join(' ', list);
            }),
        ];
    }
}
