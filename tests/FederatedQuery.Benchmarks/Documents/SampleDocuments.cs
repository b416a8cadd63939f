using System.Text;

namespace FederatedQuery.Benchmarks.Documents;

/// <summary>Valid documents of about 10 KB, each with much of one thing, and the schema that they are valid for.</summary>
internal static class SampleDocuments
{
    private const int Bytes = 10 * 1024;

    public const string Schema = """
        interface Named { id: ID! name: String! }
        union Owner = Person | Company
        enum Order { ASCENDING DESCENDING }
        input Range { from: Float to: Float! includeEnds: Boolean = true }
        input Filter { names: [String!] ids: [ID!] price: Range and: [Filter!] order: Order = ASCENDING }
        type Person implements Named { id: ID! name: String! age: Int friends(first: Int = 10, filter: Filter): [Person!]! employer: Company }
        type Company implements Named { id: ID! name: String! staff(first: Int = 10, filter: Filter, order: Order): [Person!]! address: Address }
        type Address { street: String! city: String! postcode: String country: String! location: Point }
        type Point { latitude: Float! longitude: Float! }
        type Product implements Named {
          id: ID! name: String! description(length: Int = 100, language: String): String price(currency: String! = "EUR"): Float!
          related(first: Int = 10, filter: Filter): [Product!]! owner: Owner maker: Company tags: [String!]!
        }
        type Query {
          product(id: ID!): Product
          products(first: Int = 10, after: String, filter: Filter, order: [Order!]): [Product!]!
          person(id: ID!): Person
          named(ids: [ID!]!): [Named!]!
        }
        """;

    public static IReadOnlyList<(string Name, string Document)> All { get; } =
    [
        ("wide: aliased fields side by side", Wide()),
        ("deep: 40 levels, again and again", Deep()),
        ("many fragments that spread each other", Fragments()),
        ("many variables and arguments", Variables()),
    ];

    private static string Wide()
    {
        var text = new StringBuilder("query Wide {\n");
        for (var i = 0; text.Length < Bytes; i++)
        {
            text.Append($"  product{i}: product(id: \"p{i}\") {{ id name description price tags maker {{ id name address {{ street city country }} }} }}\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Deep()
    {
        var text = new StringBuilder("query Deep {\n");
        for (var i = 0; text.Length < Bytes; i++)
        {
            text.Append($"  branch{i}: product(id: \"p{i}\") {{ ");
            text.Insert(text.Length, "id name related { ", 38).Append("id name").Insert(text.Length, " }", 38).Append(" }\n");
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>Each fragment spreads the next; chains are kept short of the depth that servers allow.</summary>
    private static string Fragments()
    {
        const int chain = 20;
        var (roots, fragments) = (new StringBuilder("query Fragments {\n"), new StringBuilder());
        for (var i = 0; roots.Length + fragments.Length < Bytes; i++)
        {
            if (i % chain == 0)
            {
                roots.Append($"  p{i}: product(id: \"p{i}\") {{ ...Product{i} }} n{i}: named(ids: [\"a\", \"b\"]) {{ __typename ...Named }}\n");
            }

            var next = i % chain == chain - 1 ? "...Last" : $"...Product{i + 1}";
            fragments.Append($"fragment Product{i} on Product {{ ...Named r{i}: related(first: {i}) {{ id price {next} }} maker {{ ...Named address {{ ...Address }} }} }}\n");
            if (i % chain != chain - 1 && roots.Length + fragments.Length >= Bytes)
            {
                fragments.Append($"fragment Product{i + 1} on Product {{ id ...Last }}\n");
            }
        }

        return $$"""
            {{roots}}}
            {{fragments}}fragment Last on Product { ...Named }
            fragment Named on Named { id name ... on Person { age employer { id name } } ... on Company { address { ...Address } } }
            fragment Address on Address { street city postcode country location { latitude longitude } }

            """;
    }

    private static string Variables()
    {
        var (definitions, fields) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; definitions.Length + fields.Length < Bytes; i++)
        {
            definitions.Append($"  $first{i}: Int = {i}, $names{i}: [String!], $to{i}: Float! $order{i}: Order = DESCENDING\n");
            fields.Append($"  list{i}: products(first: $first{i}, after: \"cursor {i}\", order: [ASCENDING, $order{i}, DESCENDING],\n")
                .Append($"    filter: {{ names: $names{i}, ids: [\"a{i}\", {i}], price: {{ from: {i}.5, to: $to{i} }}, and: [{{ order: ASCENDING }}] }}) {{ id price(currency: \"USD\") }}\n");
        }

        return $"query Variables(\n{definitions}) {{\n{fields}}}\n";
    }
}
