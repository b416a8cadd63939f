using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Values;

namespace FederatedQuery.DuckDb;

/// <summary>Values into a prepared statement.</summary>
internal static class ParameterBinder
{
    public static void BindAll(PreparedStatementHandle statement, IReadOnlyList<object?> parameters)
    {
        var expected = (int)NativeMethods.Query.ParameterCount(statement);
        if (parameters.Count != expected)
        {
            throw new ArgumentException($"The statement has {expected} parameters, but {parameters.Count} values were given.", nameof(parameters));
        }

        for (var i = 0; i < expected; i++)
        {
            Bind(statement, i, parameters[i]);
        }
    }

    /// <param name="index">From 0.</param>
    public static void Bind(PreparedStatementHandle statement, int index, object? value)
    {
        using var native = DuckDBValueFactory.Create(value);
        if (NativeMethods.Query.BindValue(statement, (ulong)index + 1, native) != DuckDBState.Success)
        {
            throw new ArgumentException(
                $"Parameter {index + 1} cannot be bound: {NativeString.Borrowed(NativeMethods.Query.PrepareError(statement)) ?? "the statement has no such parameter"}.",
                nameof(index));
        }
    }
}
