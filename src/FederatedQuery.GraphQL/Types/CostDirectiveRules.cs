namespace FederatedQuery.GraphQL.Types;

/// <summary>Section 9 of the IBM GraphQL cost specification, as far as the rules for all directives do not say it already.</summary>
internal static class CostDirectiveRules
{
    public static void Validate(SchemaProblems problems, Schema schema)
    {
        foreach (var type in schema.Types)
        {
            ValidateWeight(problems, schema, type.AppliedDirectives, type.Name);
            switch (type)
            {
                case ComplexType complex:
                    foreach (var field in complex.Fields)
                    {
                        ValidateField(problems, schema, complex, field);
                    }

                    break;
                case InputObjectType input:
                    foreach (var field in input.Fields)
                    {
                        ValidateWeight(problems, schema, field.AppliedDirectives, $"{type.Name}.{field.Name}");
                    }

                    break;
            }
        }
    }

    private static void ValidateField(SchemaProblems problems, Schema schema, ComplexType type, FieldDefinition field)
    {
        var coordinate = $"{type.Name}.{field.Name}";
        ValidateWeight(problems, schema, field.AppliedDirectives, coordinate);
        if (type is InterfaceType && CostDirectives.FindWeight(schema, field.AppliedDirectives) is not null)
        {
            problems.Add($"Directive \"@cost\" may not be used on {coordinate}: fields of an interface cost what the fields of its object types do.", coordinate);
        }

        foreach (var argument in field.Arguments)
        {
            ValidateWeight(problems, schema, argument.AppliedDirectives, $"{coordinate}({argument.Name}:)");
        }

        if (ListSize.Find(schema, field) is { } size)
        {
            ValidateSize(problems, size, field, coordinate);
        }
    }

    private static void ValidateSize(SchemaProblems problems, ListSize size, FieldDefinition field, string coordinate)
    {
        if (size.SizedFields.IsEmpty && field.Type.NullableType is not ListType)
        {
            problems.Add($"Directive \"@listSize\" of {coordinate} needs `sizedFields`: {coordinate} is of type {field.Type}, which is no list.", coordinate);
        }

        if (size.AssumedSize < 0 || size.SlicingArgumentDefaultValue < 0)
        {
            problems.Add($"Directive \"@listSize\" of {coordinate} has a negative size.", coordinate);
        }

        foreach (var name in size.SlicingArguments)
        {
            if (field.FindArgument(name)?.Type.NullableType is not ScalarType { Name: "Int" or "Long" })
            {
                problems.Add($"Slicing argument \"{name}\" of {coordinate} must be an argument of the field, of type Int.", coordinate);
            }
        }

        foreach (var name in size.SizedFields)
        {
            var below = field.Type.Named is ComplexType complex && complex.Fields.TryGet(name, out var found) ? found : null;
            if (below?.Type.NullableType is not ListType)
            {
                problems.Add($"Sized field \"{name}\" of {coordinate} must be a field of {field.Type.Named.Name} that gives a list.", coordinate);
            }
        }
    }

    private static void ValidateWeight(SchemaProblems problems, Schema schema, IReadOnlyList<AppliedDirective> directives, string coordinate)
    {
        if (CostDirectives.Find(schema, CostDirectives.Cost, directives)?.GetValueOrDefault("weight") is string text && !CostDirectives.TryParseWeight(text, out _))
        {
            problems.Add($"The weight of \"@cost\" on {coordinate} is \"{text}\"; it must be a number, such as \"2.5\".", coordinate);
        }
    }
}
