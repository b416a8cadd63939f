using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>
/// A schema whose data is worked out of a seed and each field's path, here and in tests/npm/execute.js alike: values, nulls, failures,
/// values of the wrong type, and how long a resolver waits.
/// </summary>
internal static class ExecutionWorld
{
    private const string Sdl = """
        scalar Any
        enum Color { RED GREEN BLUE }
        input Point { x: Int! y: Float = 2.5 label: String = "p" color: Color inner: Point list: [Int!] = [1, 2] flag: Boolean! = true }
        input Choice @oneOf { a: Int b: String c: Point d: [Color!] }

        interface Node {
          id: ID!
          name(upper: Boolean = false): String
          peer: Node
          self: Node!
          thing: Thing
          things(first: Int = 3, after: ID): [Thing]
          strictThings: [Thing!]!
          matrix: [[Int!]]!
          strictMatrix: [[Float]!]!
          nodes: [[Node]]
          color: Color
          colors: [Color!]
          score: Float
          strictScore: Float!
          strictText: String!
          yes: Boolean
          any: Any
          plainInt: Int
          plainText: String
          plainStrict: Int!
          plainFailing: Float
          echoScalars(i: Int, f: Float = 1.5, s: String, b: Boolean, id: ID, e: Color = GREEN): Any
          echoRequired(i: Int!, l: [Int!]! = [7]): Any
          echoPoint(p: Point, q: Point! = { x: 1, inner: { x: 2, y: null } }): Any
          echoLists(l: [[Int]], p: [Point!], c: [Choice]): Any
          echoChoice(c: Choice): Any
          echoAny(a: Any): Any
        }
        interface Owned implements Node {
          %FIELDS%
          owner: Person
        }
        type Person implements Node { %FIELDS% age: Int friends: [Person!] }
        type Robot implements Node & Owned { %FIELDS% owner: Person model: String! }
        type Crate implements Owned & Node { %FIELDS% owner: Person content: [Thing!] }
        union Thing = Person | Robot | Crate
        union Mobile = Person | Robot

        type Inputs { %INPUTS% }
        type Query { %ROOT% inputs: Inputs! person: Person owned: Owned mobile: Mobile mobiles: [Mobile!]! crate: Crate! }
        type Counter { count: Int! peer: Node self: Node! }
        type Mutation { count: Int! counter: Counter counters: [Counter!] strictCounter: Counter! person: Person }
        """;

    private static readonly string[] Texts = ["plain", "é \"quoted\"\n\t", "𝄞 clef", "", "\u2028</script>\u007f"];

    /// <summary>The types of the argument <c>v</c> of the fields <c>echo0</c>, <c>echo1</c>, ... of <c>Inputs</c>.</summary>
    public static IReadOnlyList<string> InputTypes { get; } =
    [
        "Int", "Int!", "[Int]", "[[Int!]]!", "Float", "[Float!]", "String", "String!", "Boolean", "[Boolean]!", "ID", "[ID!]!", "Color", "[Color!]", "Point", "Point!", "[Point]", "[[Point!]]",
        "Choice", "Choice!", "[Choice!]!", "Any", "Any!", "[Any]",
    ];

    /// <summary>The SDL with the fields of Node in all types that have them; fields read from the parent are not on the root, which has none.</summary>
    public static string FullSdl { get; } = Expand(Sdl);

    public static Schema Schema { get; } = ResolvedSchema.Create(FullSdl, Resolve);

    private static string Expand(string sdl)
    {
        var start = sdl.IndexOf("interface Node {", StringComparison.Ordinal) + "interface Node {".Length;
        var fields = sdl[start..sdl.IndexOf('}', sdl.IndexOf("echoAny", StringComparison.Ordinal))];
        var withoutReaders = string.Join('\n', fields.Split('\n').Where(line => !line.Contains("plain", StringComparison.Ordinal)));
        return sdl.Replace("%FIELDS%", fields, StringComparison.Ordinal).Replace("%ROOT%", withoutReaders, StringComparison.Ordinal)
            .Replace("%INPUTS%", string.Join(' ', InputTypes.Select((type, i) => $"echo{i}(v: {type}): Any")), StringComparison.Ordinal);
    }

    private static FieldDefinition Resolve(FieldDefinition field, GraphQLType type)
    {
        var reader = field.Name switch
        {
            "plainInt" => PropertyReader.Create<Entity, int?>(entity => entity.Hash % 7 == 0 ? null : (int)(entity.Hash % 100)),
            "plainText" => PropertyReader.Create<Entity, string?>(entity => entity.Hash % 11 == 0 ? null : Texts[entity.Hash % Texts.Length]),
            "plainStrict" => PropertyReader.Create<Entity, object?>(entity => entity.Hash % 13 == 0 ? null : (int)(entity.Hash % 50)),
            "plainFailing" => PropertyReader.Create<Entity, double>(entity => entity.Hash % 5 == 0 ? throw new GraphQLException($"failed for {entity.Hash}") : entity.Hash % 64 / 4.0),
            _ => null,
        };
        return new FieldDefinition(field.Name, type) { Arguments = field.Arguments, PropertyReader = reader, Resolver = reader is null ? ResolveAsync : null };
    }

    private static ValueTask<object?> ResolveAsync(IResolverContext context)
    {
        var run = (ExecutionRun)context.TransportContext!;
        var hash = Hash(string.Concat(context.Path.Select(segment => $"/{segment}")), Hash($"{run.Case.Seed}"));

        // Only the root counts later: fields of one object that wait may go in any order.
        var ticks = run.Case.IsAsync && context.ParentType.Name != "Counter" ? (hash >> 8) % 4 : 0;
        return ticks == 0 ? new ValueTask<object?>(Answer(context, run, hash)) : AnswerLaterAsync(context, run, hash, ticks);
    }

    private static async ValueTask<object?> AnswerLaterAsync(IResolverContext context, ExecutionRun run, uint hash, uint ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            await Task.Yield();
        }

        return Answer(context, run, hash);
    }

    private static object? Answer(IResolverContext context, ExecutionRun run, uint hash)
    {
        var field = context.Field;
        if (field.Name.StartsWith("echo", StringComparison.Ordinal))
        {
            return field.Arguments.Where(argument => context.HasArgument(argument.Name))
                .ToDictionary(argument => argument.Name, argument => context.ArgumentValue<object?>(argument.Name));
        }

        if (field.Name == "count")
        {
            return run.Count();
        }

        return (run.Case.Seed % 4 == 0 ? uint.MaxValue : hash % 40) switch
        {
            0 => throw new GraphQLException("failed at " + string.Concat(context.Path.Select(segment => $"/{segment}"))),
            1 => null,
            2 => MakeWrong(field.Type),
            _ => MakeValue(context.Schema, field.Type, Hash("value", hash)),
        };
    }

    private static object? MakeValue(Schema schema, GraphQLType type, uint hash)
    {
        switch (type)
        {
            case NonNullType nonNull: return MakeValue(schema, nonNull.OfType, hash);
            case ListType list:
                var items = new object?[hash % 4];
                for (var i = 0; i < items.Length; i++)
                {
                    var own = Hash($"{i}", hash);
                    items[i] = own % 16 == 0 ? null : MakeValue(schema, list.OfType, own);
                }

                return items;
            case EnumType colors: return colors.Values.Items[(int)(hash % colors.Values.Count)].Name;
            case ScalarType scalar:
                return scalar.Name switch
                {
                    "Int" => (int)(hash % 4001) - 2000,
                    "Float" => ((int)(hash % 4001) - 2000) / 8.0,
                    "Boolean" => hash % 2 == 0,
                    "ID" => hash % 2 == 0 ? $"id{hash % 1000}" : (int)(hash % 1000),
                    "String" => $"{Texts[hash % Texts.Length]}{hash % 100}",
                    _ => new Dictionary<string, object?> { ["a"] = new object?[] { 1, "x", null }, ["h"] = (int)(hash % 10) },
                };
            default:
                var names = schema.GetPossibleTypes((CompositeType)type).Select(possible => possible.Name).Order(StringComparer.Ordinal).ToArray();
                return new Entity(names[hash % names.Length], hash);
        }
    }

    private static object? MakeWrong(GraphQLType type) => type switch
    {
        NonNullType nonNull => MakeWrong(nonNull.OfType),
        ListType => 7,
        EnumType => "NOPE",
        ScalarType scalar => scalar.Name switch { "Int" or "Float" => "abc", "Boolean" => "yes", "ID" => true, "String" => new object(), _ => null },
        ObjectType exact => new Entity(exact.Name, 1),
        _ => new Entity("Query", 1),
    };

    /// <summary>FNV-1a over UTF-16 units with a finish that mixes the low bits.</summary>
    private static uint Hash(string text, uint seed = 2166136261)
    {
        var hash = seed;
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 16777619;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        return hash ^ (hash >> 13);
    }

    /// <summary>An object of the world.</summary>
    public sealed record Entity(string TypeName, uint Hash);
}
