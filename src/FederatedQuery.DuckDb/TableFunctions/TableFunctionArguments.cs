namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>
/// Arguments of one call. Values come as null, bool, the integer of the type's size, float, double, <c>DuckDBDecimal</c>, string, byte[], Guid, the value
/// structs of <c>Types</c>, or object?[] for a list.
/// </summary>
/// <param name="Positional">As many as the function has positional parameters.</param>
/// <param name="Named">Those that were given.</param>
public sealed record TableFunctionArguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named);
