namespace FederatedQuery.GraphQL.Validation;

/// <summary>Whether names come twice: asked of every selection set and argument list, nearly always of a few and for nothing.</summary>
internal static class Repeats
{
    private const int MostCompared = 12;

    public static bool Any<T>(ReadOnlySpan<T> items, Func<T, string> nameOf)
    {
        if (items.Length > MostCompared)
        {
            return AnyOfMany(items, nameOf);
        }

        for (var i = 1; i < items.Length; i++)
        {
            var name = nameOf(items[i]);
            for (var j = 0; j < i; j++)
            {
                if (nameOf(items[j]) == name)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool AnyOfMany<T>(ReadOnlySpan<T> items, Func<T, string> nameOf)
    {
        var names = new HashSet<string>(items.Length, StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (!names.Add(nameOf(item)))
            {
                return true;
            }
        }

        return false;
    }
}
