namespace FederatedQuery.GraphQL.Types;

/// <summary>IsValidImplementation() (spec section 3.6.1).</summary>
internal static class InterfaceImplementation
{
    public static void Validate(SchemaProblems problems, Schema schema, ComplexType type, InterfaceType implemented)
    {
        if (ReferenceEquals(type, implemented))
        {
            problems.Add($"Type {type.Name} cannot implement itself because it would create a circular reference.", type.Name);
            return;
        }

        foreach (var inherited in implemented.Interfaces)
        {
            if (!type.Interfaces.Contains(inherited.Name))
            {
                problems.Add(
                    ReferenceEquals(inherited, type)
                        ? $"Type {type.Name} cannot implement {implemented.Name} because it would create a circular reference."
                        : $"Type {type.Name} must implement {inherited.Name} because it is implemented by {implemented.Name}.",
                    type.Name);
            }
        }

        foreach (var expected in implemented.Fields)
        {
            if (!type.Fields.TryGet(expected.Name, out var field))
            {
                problems.Add($"Interface field {implemented.Name}.{expected.Name} expected but {type.Name} does not provide it.", type.Name);
                continue;
            }

            ValidateField(problems, schema, $"{implemented.Name}.{expected.Name}", expected, $"{type.Name}.{field.Name}", field);
        }
    }

    private static void ValidateField(
        SchemaProblems problems, Schema schema, string expectedName, FieldDefinition expected, string name, FieldDefinition field)
    {
        if (!schema.IsSubType(field.Type, expected.Type))
        {
            problems.Add($"Interface field {expectedName} expects type {expected.Type} but {name} is type {field.Type}.", name);
        }

        if (field.DeprecationReason is not null && expected.DeprecationReason is null)
        {
            problems.Add($"Interface field {expectedName} is not deprecated, so implementation field {name} must not be deprecated.", name);
        }

        foreach (var expectedArgument in expected.Arguments)
        {
            if (field.FindArgument(expectedArgument.Name) is not { } argument)
            {
                problems.Add($"Interface field argument {expectedName}({expectedArgument.Name}:) expected but {name} does not provide it.", name);
            }
            else if (!GraphQLType.AreEqual(argument.Type, expectedArgument.Type))
            {
                problems.Add($"Interface field argument {expectedName}({argument.Name}:) expects type {expectedArgument.Type} but {name}({argument.Name}:) is type {argument.Type}.", $"{name}({argument.Name}:)");
            }
        }

        foreach (var argument in field.Arguments)
        {
            if (argument.IsRequired && expected.FindArgument(argument.Name) is null)
            {
                problems.Add($"Field {name} includes required argument {argument.Name} that is missing from the Interface field {expectedName}.", $"{name}({argument.Name}:)");
            }
        }
    }
}
