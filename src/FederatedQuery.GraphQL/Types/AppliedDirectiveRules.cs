namespace FederatedQuery.GraphQL.Types;

/// <summary>Directives on the type system are defined, stand where they may, once unless repeatable, with fitting arguments (spec section 5.7, 3.13).</summary>
internal static class AppliedDirectiveRules
{
    public static void Validate(List<string> problems, Schema schema)
    {
        Validate(problems, schema, schema.AppliedDirectives, "SCHEMA", "the schema");
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

    private static void ValidateArguments(List<string> problems, Schema schema, IReadOnlyList<InputValueDefinition> arguments, string owner)
    {
        foreach (var argument in arguments)
        {
            Validate(problems, schema, argument.AppliedDirectives, "ARGUMENT_DEFINITION", $"{owner}({argument.Name}:)");
        }
    }

    private static void Validate(List<string> problems, Schema schema, IReadOnlyList<AppliedDirective> directives, string location, string coordinate)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var directive in directives)
        {
            if (!schema.TryGetDirective(directive.Name, out var definition))
            {
                problems.Add($"Unknown directive \"@{directive.Name}\" on {coordinate}.");
                continue;
            }

            if (!definition.Locations.Contains(location))
            {
                problems.Add($"Directive \"@{directive.Name}\" may not be used on {location}, as it is on {coordinate}. It may be used on {string.Join(", ", definition.Locations)}.");
            }

            if (!seen.Add(directive.Name) && !definition.IsRepeatable)
            {
                problems.Add($"The directive \"@{directive.Name}\" can only be used once on {coordinate}: it is not repeatable.");
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var argument in directive.Arguments)
            {
                if (!names.Add(argument.Name))
                {
                    problems.Add($"There can be only one argument named \"{argument.Name}\" of \"@{directive.Name}\" on {coordinate}.");
                }
                else if (definition.FindArgument(argument.Name) is null)
                {
                    problems.Add($"Unknown argument \"{argument.Name}\" on directive \"@{directive.Name}\" of {coordinate}.");
                }
            }

            if (!DirectiveArguments.TryCoerce(definition, directive.Arguments, variables: null, out _, out var error))
            {
                problems.Add($"{error} (on {coordinate})");
            }
        }
    }
}
