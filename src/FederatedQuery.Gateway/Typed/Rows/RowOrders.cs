using FederatedQuery.Federation;
using FederatedQuery.Gateway.Resolvers;

namespace FederatedQuery.Gateway.Typed.Rows;

/// <summary>Orders as inputs have them: a list of objects with one field each.</summary>
internal static class RowOrders
{
    /// <param name="order">Null: none.</param>
    /// <returns>Names of fields, in order.</returns>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.BadArgument"/>: an object has several fields, whose order would be lost.</exception>
    public static IEnumerable<(string Name, bool Descending)> Of(object?[]? order)
    {
        for (var i = 0; i < (order ?? []).Length; i++)
        {
            var terms = ((IReadOnlyDictionary<string, object?>)order![i]!).Where(term => term.Value is not null).ToList();
            if (terms.Count > 1)
            {
                throw new FederatedQueryException(
                    FailureKind.BadArgument,
                    $"`order[{i}]` has the fields {string.Join(", ", terms.Select(term => $"`{term.Key}`"))}, of which none comes first; give each an object of its own: [{string.Join(", ", terms.Select(term => $"{{ {term.Key}: {(term.Value is SortEnumType.Desc ? "DESC" : "ASC")} }}"))}].");
            }

            foreach (var (name, direction) in terms)
            {
                yield return (name, direction is SortEnumType.Desc);
            }
        }
    }
}
