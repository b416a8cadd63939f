namespace FederatedQuery.GraphQL.Types;

/// <summary>Input objects must not need themselves through non-null fields alone (spec section 3.10, "Circular References").</summary>
internal static class InputObjectCycles
{
    public static void Find(List<string> problems, Schema schema)
    {
        var done = new HashSet<InputObjectType>();
        foreach (var type in schema.Types.OfType<InputObjectType>())
        {
            Visit(problems, type, [], done);
        }
    }

    private static void Visit(List<string> problems, InputObjectType type, List<string> path, HashSet<InputObjectType> done)
    {
        if (!done.Add(type))
        {
            return;
        }

        Walk(problems, type, type, path, []);
    }

    private static void Walk(List<string> problems, InputObjectType root, InputObjectType type, List<string> path, HashSet<InputObjectType> seen)
    {
        foreach (var field in type.Fields)
        {
            if (field.Type is not NonNullType { OfType: InputObjectType next })
            {
                continue;
            }

            path.Add(field.Name);
            if (ReferenceEquals(next, root))
            {
                problems.Add($"Cannot reference Input Object {root.Name} within itself through a series of non-null fields: \"{string.Join('.', path)}\".");
            }
            else if (seen.Add(next))
            {
                Walk(problems, root, next, path, seen);
            }

            path.RemoveAt(path.Count - 1);
        }
    }
}
