namespace FederatedQuery.Gateway.Rest;

/// <summary>Parameters in the address of a request.</summary>
internal static class QueryParameters
{
    /// <exception cref="ProblemException">400: there is another one than these, which would otherwise pass unnoticed.</exception>
    public static void Require(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        foreach (var name in query.Keys)
        {
            if (!known.Contains(name))
            {
                throw ProblemException.BadField(name, $"There is no parameter '{name}'; there are {string.Join(", ", known.ToArray())}.");
            }
        }
    }
}
