namespace FederatedQuery.GraphQL.Types;

/// <summary>Directives on the type system are defined, stand where they may, once unless repeatable, with fitting arguments (spec section 5.7, 3.13).</summary>
internal static class AppliedDirectiveRules
{
    public static void Validate(SchemaProblems problems, Schema schema)
    {
        Validate(problems, schema, schema.AppliedDirectives, "SCHEMA", coordinate: null);
        foreach (var type in schema.Types)
        {
            var location = type switch
            {
                ScalarType => "SCALAR",
                ObjectType => "OBJECT",
                InterfaceType => "INTERFACE",
                UnionType => "UNION",
                EnumType => "ENUM",
                _ => "INPUT_OBJECT",
            };
            Validate(problems, schema, type.AppliedDirectives, location, type.Name);
            switch (type)
            {
                case ComplexType complex:
                    foreach (var field in complex.Fields)
                    {
                        Validate(problems, schema, field.AppliedDirectives, "FIELD_DEFINITION", $"{type.Name}.{field.Name}");
                        ValidateArguments(problems, schema, field.Arguments, $"{type.Name}.{field.Name}");
                    }

                    break;
                case EnumType enumType:
                    foreach (var value in enumType.Values)
                    {
                        Validate(problems, schema, value.AppliedDirectives, "ENUM_VALUE", $"{type.Name}.{value.Name}");
                    }

                    break;
                case InputObjectType input:
                    foreach (var field in input.Fields)
                    {
                        Validate(problems, schema, field.AppliedDirectives, "INPUT_FIELD_DEFINITION", $"{type.Name}.{field.Name}");
                    }

                    break;
            }
        }

        foreach (var directive in schema.Directives)
        {
            ValidateArguments(problems, schema, directive.Arguments, $"@{directive.Name}");
        }
    }

    private static void ValidateArguments(SchemaProblems problems, Schema schema, IReadOnlyList<InputValueDefinition> arguments, string owner)
    {
        foreach (var argument in arguments)
        {
            Validate(problems, schema, argument.AppliedDirectives, "ARGUMENT_DEFINITION", $"{owner}({argument.Name}:)");
        }
    }

    private static void Validate(SchemaProblems problems, Schema schema, IReadOnlyList<AppliedDirective> directives, string location, string? coordinate) =>
        Validate(problems, name => schema.TryGetDirective(name, out var definition) ? definition : null, directives, location, coordinate);

    /// <summary>The directives of one place; null as <paramref name="coordinate"/> stands for the schema itself.</summary>
    public static void Validate(
        SchemaProblems problems, Func<string, DirectiveDefinition?> find, IReadOnlyList<AppliedDirective> directives, string location, string? coordinate)
    {
        var place = coordinate ?? "the schema";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directive in directives)
        {
            if (find(directive.Name) is not { } definition)
            {
                problems.Add($"Unknown directive \"@{directive.Name}\" on {place}.", coordinate);
                continue;
            }

            if (!definition.Locations.Contains(location))
            {
                problems.Add($"Directive \"@{directive.Name}\" may not be used on {location}, as it is on {place}. It may be used on {string.Join(", ", definition.Locations)}.", coordinate);
            }

            if (!seen.Add(directive.Name) && !definition.IsRepeatable)
            {
                problems.Add($"The directive \"@{directive.Name}\" can only be used once on {place}: it is not repeatable.", coordinate);
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var argument in directive.Arguments)
            {
                if (!names.Add(argument.Name))
                {
                    problems.Add($"There can be only one argument named \"{argument.Name}\" of \"@{directive.Name}\" on {place}.", coordinate);
                }
                else if (definition.FindArgument(argument.Name) is null)
                {
                    problems.Add($"Unknown argument \"{argument.Name}\" on directive \"@{directive.Name}\" of {place}.", coordinate);
                }
            }

            if (!DirectiveArguments.TryCoerce(definition, directive.Arguments, variables: null, out _, out var error))
            {
                problems.Add($"{error} (on {place})", coordinate);
            }
        }
    }
}
