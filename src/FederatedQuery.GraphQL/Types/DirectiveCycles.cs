namespace FederatedQuery.GraphQL.Types;

/// <summary>A directive is not used in its own definition, directly or through its arguments' types and their directives (spec section 3.13).</summary>
internal static class DirectiveCycles
{
    public static void Find(SchemaProblems problems, Schema schema)
    {
        foreach (var directive in schema.Directives)
        {
            if (Needs(schema, directive.Arguments, [], []).Contains(directive.Name))
            {
                problems.Add($"Directive '@{directive.Name}' must not be used in its own definition.", $"@{directive.Name}");
            }
        }
    }

    /// <summary>The names of all directives that arguments lead to.</summary>
    private static HashSet<string> Needs(Schema schema, IEnumerable<InputValueDefinition> values, HashSet<string> directives, HashSet<NamedType> types)
    {
        foreach (var value in values)
        {
            AddAll(schema, value.AppliedDirectives, directives, types);
            if (!types.Add(value.Type.Named))
            {
                continue;
            }

            AddAll(schema, value.Type.Named.AppliedDirectives, directives, types);
            switch (value.Type.Named)
            {
                case EnumType enumType: AddAll(schema, enumType.Values.SelectMany(item => item.AppliedDirectives), directives, types); break;
                case InputObjectType input: Needs(schema, input.Fields, directives, types); break;
            }
        }

        return directives;
    }

    private static void AddAll(Schema schema, IEnumerable<AppliedDirective> applied, HashSet<string> directives, HashSet<NamedType> types)
    {
        foreach (var directive in applied)
        {
            if (directives.Add(directive.Name) && schema.TryGetDirective(directive.Name, out var definition))
            {
                Needs(schema, definition.Arguments, directives, types);
            }
        }
    }
}
