using System.Globalization;
using System.Text.Json.Nodes;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Oracle.Execution;

/// <summary>Random input values: literals that fit their type and may hold variables, and JSON that may not fit.</summary>
internal sealed class InputGenerator(Random random)
{
    private static readonly string[] Strings = ["\"\"", "\"a\"", "\"\\u00e9\\n\"", "\"\"\"block \\\"\"\" x\n  y\"\"\"", "\"𝄞\"", "\"\\u{1F600}\\uD83D\\uDE00\""];
    private static readonly string[] Floats = ["0", "-1", "1.5", "-2.25e3", "1E-2", "2147483648", "123456789012"];
    private static readonly string[] Wrong = ["true", "\"x\"", "1.5", "{}", "[]", "[[1]]", "{\"x\":\"y\"}", "{\"a\":1,\"b\":\"c\"}", "2147483648", "-1", "[null]", "{\"nope\":1}", "\"RED\"", "null", "1.0", "1e2", "\"red\""];

    /// <summary>Variables made so far: name to definition, and the names used since <see cref="Used"/> was last replaced.</summary>
    public Dictionary<string, Variable> Variables { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Used { get; set; } = [];

    public bool Chance(int percent) => random.Next(100) < percent;

    /// <param name="type">What the literal must fit.</param>
    /// <param name="variables">Percent of places where a variable stands.</param>
    /// <param name="hasDefault">Whether the place has a default of its own.</param>
    /// <param name="depth">How much deeper objects may go.</param>
    /// <param name="isOneOf">
    /// Whether the place is a field of a OneOf input object, where no nullable variable may stand. graphql-js misses those where the object is
    /// itself of a non-null type.
    /// </param>
    public string Literal(GraphQLType type, int variables, bool hasDefault = false, int depth = 2, bool isOneOf = false)
    {
        if (Chance(variables))
        {
            return UseVariable(type, hasDefault, isOneOf);
        }

        if (!type.IsNonNull && Chance(10))
        {
            return "null";
        }

        switch (type.NullableType)
        {
            case ListType list:
                return Chance(15) && !list.OfType.IsNonNull
                    ? Literal(list.OfType, variables: 0, depth: depth)
                    : $"[{string.Join(", ", Enumerable.Range(0, random.Next(4)).Select(_ => Literal(list.OfType, variables, depth: depth)))}]";
            case EnumType colors: return colors.Values.Items[random.Next(colors.Values.Count)].Name;
            case InputObjectType { IsOneOf: true } one:
                var only = one.Fields.Items[random.Next(one.Fields.Count)];
                return $"{{{only.Name}: {Literal(new NonNullType(only.Type), variables, depth: depth - 1, isOneOf: true)}}}";
            case InputObjectType input:
                var fields = input.Fields.Items.Where(field => field.IsRequired || (depth > 0 && Chance(45))).OrderBy(_ => random.Next());
                return $"{{{string.Join(", ", fields.Select(field => $"{field.Name}: {Literal(field.Type, variables, field.DefaultValue is not null, depth - 1)}"))}}}";
            default: return ScalarLiteral(type.Named.Name, variables);
        }
    }

    /// <summary>JSON for a variable of that type.</summary>
    /// <param name="type">What the JSON should fit.</param>
    /// <param name="wrong">Percent of places where it may not fit.</param>
    /// <param name="depth">How much deeper objects may go.</param>
    public JsonNode? Json(GraphQLType type, int wrong, int depth = 2)
    {
        if (Chance(wrong))
        {
            return JsonNode.Parse(Wrong[random.Next(Wrong.Length)]);
        }

        if (!type.IsNonNull && Chance(10))
        {
            return null;
        }

        switch (type.NullableType)
        {
            case ListType list when Chance(10): return Json(list.OfType, wrong, depth);
            case ListType list: return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Json(list.OfType, wrong, depth))]);
            case EnumType colors: return colors.Values.Items[random.Next(colors.Values.Count)].Name;
            case InputObjectType input:
                var fields = input.IsOneOf
                    ? [input.Fields.Items[random.Next(input.Fields.Count)]]
                    : input.Fields.Items.Where(field => (field.IsRequired && !Chance(wrong)) || (depth > 0 && Chance(45))).OrderBy(_ => random.Next()).ToArray();
                return new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, Json(input.IsOneOf && !Chance(wrong) ? new NonNullType(field.Type) : field.Type, wrong, depth - 1))));
            default:
                return type.Named.Name switch
                {
                    "Int" => random.Next(-3, 100),
                    "Float" => Chance(50) ? random.Next(-8000, 8000) / 8.0 : random.Next(100),
                    "String" => Chance(50) ? "text" : "é\n\"𝄞\u2028",
                    "Boolean" => Chance(50),
                    "ID" => Chance(50) ? "id" : random.Next(100),
                    _ => new JsonObject { ["k"] = random.Next(3), ["l"] = new JsonArray(1.5, "x", null) },
                };
        }
    }

    /// <summary>Values for all of the variables, most of them right.</summary>
    public JsonObject Values(IEnumerable<Variable> variables, int wrong)
    {
        var values = new JsonObject();
        foreach (var variable in variables)
        {
            var mustGive = variable.Type.IsNonNull && variable.Default is null;
            if (Chance(mustGive ? 100 - wrong : 70))
            {
                values[variable.Name] = Json(variable.Type, wrong);
            }
        }

        return values;
    }

    private string ScalarLiteral(string name, int variables) => name switch
    {
        "Int" => random.Next(-3, 100).ToString(CultureInfo.InvariantCulture),
        "Float" => Floats[random.Next(Floats.Length)],
        "String" => Strings[random.Next(Strings.Length)],
        "Boolean" => Chance(50) ? "true" : "false",
        "ID" => Chance(50) ? "\"id\"" : "17",
        _ => random.Next(6) switch
        {
            0 => "1.50",
            1 => "ENUM",
            2 => $"[1, {ScalarLiteral(name, variables)}, null]",
            3 => $"{{a: {ScalarLiteral(name, variables)}, b: \"x\"}}",
            4 when variables > 0 => $"[{UseVariable(IntOrNull(), hasDefault: false)}, {{c: {UseVariable(IntOrNull(), hasDefault: false)}}}]",
            _ => "\"any\"",
        },
    };

    private static GraphQLType IntOrNull() => IntScalar.Instance;

    private string UseVariable(GraphQLType type, bool hasDefault, bool isOneOf = false)
    {
        var fitting = Variables.Values.Where(variable => Fits(variable, type, hasDefault) && !(isOneOf && !variable.Type.IsNonNull)).ToArray();
        if (fitting.Length == 0 || Chance(50))
        {
            // A nullable variable may stand for a non-null place that, like the variable, has a default (spec section 5.8.5).
            var own = type.IsNonNull && !isOneOf && Chance(30) ? type.NullableType : !type.IsNonNull && Chance(20) ? new NonNullType(type) : type;
            var literal = (type.IsNonNull && !own.IsNonNull && !hasDefault) || Chance(25) ? Literal(new NonNullType(own.NullableType), variables: 0) : null;
            fitting = [new Variable($"v{Variables.Count}", own, literal)];
            Variables.Add(fitting[0].Name, fitting[0]);
        }

        var used = fitting[random.Next(fitting.Length)];
        Used.Add(used.Name);
        return $"${used.Name}";
    }

    private static bool Fits(Variable variable, GraphQLType type, bool hasDefault) =>
        GraphQLType.AreEqual(variable.Type, type)
        || GraphQLType.AreEqual(variable.Type, type.IsNonNull ? type : new NonNullType(type))
        || (type.IsNonNull && GraphQLType.AreEqual(variable.Type, type.NullableType) && (hasDefault || variable.Default is not (null or "null")));

    /// <param name="Name">Without dollar.</param>
    /// <param name="Type">An input type.</param>
    /// <param name="Default">A literal, or null for none.</param>
    public sealed record Variable(string Name, GraphQLType Type, string? Default)
    {
        public override string ToString() => Default is null ? $"${Name}: {Type}" : $"${Name}: {Type} = {Default}";
    }
}
