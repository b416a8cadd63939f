namespace FederatedQuery.Gateway.Rest;

/// <summary>Parameters in the address of a request.</summary>
internal static class QueryParameters
{
    /// <exception cref="ProblemException">400: there is another one than these, which would otherwise pass unnoticed, or one is given twice.</exception>
    public static void Require(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
            {
                throw ProblemException.BadField(name, $"There is no parameter `{name}`; {(known.IsEmpty ? "there are none" : $"there are {string.Join(", ", known)}")}.");
            }

            if (values.Count > 1)
            {
                throw ProblemException.BadField(name, $"`{name}` is given {values.Count} times; it may be given once.");
            }
        }
    }
}
