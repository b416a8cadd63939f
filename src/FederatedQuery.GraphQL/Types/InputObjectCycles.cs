namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// Every input object can be given a value that ends: it does not need itself through non-null fields, nor, for OneOf, through all of its
/// fields (spec section 3.10, "Circular References").
/// </summary>
internal static class InputObjectCycles
{
    public static void Find(SchemaProblems problems, Schema schema)
    {
        // What has a finite value grows until nothing is added; what is left leads in circles.
        var types = schema.Types.OfType<InputObjectType>().ToArray();
        var finite = new HashSet<InputObjectType>();
        bool grew;
        do
        {
            grew = false;
            foreach (var type in types)
            {
                grew |= !finite.Contains(type) && IsFinite(type, finite) && finite.Add(type);
            }
        }
        while (grew);

        var visited = new HashSet<InputObjectType>();
        foreach (var type in types.Where(type => !finite.Contains(type)))
        {
            Report(problems, type, finite, visited, []);
        }
    }

    private static bool IsFinite(InputObjectType type, HashSet<InputObjectType> finite) => type.IsOneOf
        ? type.Fields.Count == 0 || type.Fields.Any(field => TargetOf(type, field) is not { } target || finite.Contains(target))
        : type.Fields.All(field => TargetOf(type, field) is not { } target || finite.Contains(target));

    /// <summary>The input object that a value of the field must hold, or null.</summary>
    private static InputObjectType? TargetOf(InputObjectType type, InputValueDefinition field) =>
        type.IsOneOf ? field.Type as InputObjectType : (field.Type as NonNullType)?.OfType as InputObjectType;

    private static void Report(
        SchemaProblems problems, InputObjectType type, HashSet<InputObjectType> finite, HashSet<InputObjectType> visited, List<(InputObjectType Type, string Field)> path)
    {
        if (!visited.Add(type))
        {
            return;
        }

        foreach (var field in type.Fields)
        {
            if (TargetOf(type, field) is not { } target || finite.Contains(target))
            {
                continue;
            }

            path.Add((type, $"{type.Name}.{field.Name}"));
            var start = path.FindIndex(step => ReferenceEquals(step.Type, target));
            if (start < 0)
            {
                Report(problems, target, finite, visited, path);
            }
            else
            {
                problems.Add(
                    $"Input Object {target.Name} cannot be provided a finite value because it references itself through fields: {string.Join(", ", path[start..].Select(step => step.Field))}.",
                    target.Name);
            }

            path.RemoveAt(path.Count - 1);
        }
    }
}
