using FederatedQuery.DuckDb.Native;
using FederatedQuery.DuckDb.Types;

namespace FederatedQuery.DuckDb;

/// <summary>One statement, parsed and bound once. Belongs to its connection and shares its rule of one query at a time.</summary>
public sealed class DuckDBPreparedStatement : IDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly PreparedStatementHandle _handle;
    private readonly string _sql;

    internal DuckDBPreparedStatement(DuckDBConnection connection, PreparedStatementHandle handle, string sql)
    {
        _connection = connection;
        _handle = handle;
        _sql = sql;
    }

    public DuckDBStatementType StatementType => NativeMethods.Query.PreparedStatementType(_handle);

    public int ParameterCount => (int)NativeMethods.Query.ParameterCount(_handle);

    /// <summary>The columns it will give, known before it runs; those whose type hangs on an unbound parameter are of <see cref="DuckDBType.SqlNull"/>
    /// or missing.</summary>
    public IReadOnlyList<DuckDBColumn> ReadColumns()
    {
        var columns = new List<DuckDBColumn>();
        for (ulong i = 0; i < NativeMethods.Query.PreparedColumnCount(_handle); i++)
        {
            var type = NativeMethods.Query.PreparedColumnLogicalType(_handle, i);
            if (!type.IsInvalid && NativeMethods.LogicalTypes.GetTypeId(type) != DuckDBType.Invalid)
            {
                columns.Add(new DuckDBColumn(
                    NativeString.Owned(NativeMethods.Query.PreparedColumnName(_handle, i)) ?? "", LogicalTypeConverter.Read(type)));
            }
        }

        return columns;
    }

    /// <summary>The name of a parameter: its number as text when it has none.</summary>
    /// <param name="index">From 0.</param>
    public string ParameterName(int index) =>
        NativeString.Owned(NativeMethods.Query.ParameterName(_handle, (ulong)index + 1))
        ?? throw new ArgumentOutOfRangeException(nameof(index), index, $"The statement has {ParameterCount} parameters.");

    /// <summary>
    /// Binds a value: null, bool, any integer to 128 bit, float, double, decimal, <see cref="DuckDBDecimal"/>, string, byte[], Guid, DateOnly, TimeOnly,
    /// DateTime (TIMESTAMP, or TIMESTAMPTZ when of kind UTC), DateTimeOffset (TIMESTAMPTZ), TimeSpan (INTERVAL), any value struct of
    /// <c>Types</c>, or a list or array of these (LIST).
    /// </summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or no DuckDB type for the value.</exception>
    public void Bind(int index, object? value) => ParameterBinder.Bind(_handle, index, value);

    /// <summary>Binds <c>$name</c>; the name comes without its <c>$</c>. For the values see <see cref="Bind(int, object?)"/>.</summary>
    public void Bind(string name, object? value)
    {
        if (NativeMethods.Query.BindParameterIndex(_handle, out var index, name) != DuckDBState.Success)
        {
            throw new ArgumentException(
                $"The statement has no parameter '{name}'; it has: {string.Join(", ", Enumerable.Range(0, ParameterCount).Select(ParameterName))}.",
                nameof(name));
        }

        ParameterBinder.Bind(_handle, (int)index - 1, value);
    }

    public void ClearBindings() => NativeMethods.Query.ClearBindings(_handle);

    /// <summary>Runs it with the values bound, until its first rows are there.</summary>
    /// <exception cref="DuckDBException">The statement fails.</exception>
    public DuckDBResult Query(CancellationToken cancellationToken = default)
    {
        var execution = _connection.Begin(_sql, cancellationToken);
        try
        {
            return new DuckDBResult(execution, execution.Execute(_handle, streaming: true));
        }
        catch
        {
            execution.Dispose();
            throw;
        }
    }

    /// <summary><see cref="Query"/> on the thread pool.</summary>
    public Task<DuckDBResult> QueryAsync(CancellationToken cancellationToken) => Task.Run(() => Query(cancellationToken), cancellationToken);

    /// <summary>Runs it to its end and drops its rows.</summary>
    /// <returns>Rows changed, or 0.</returns>
    public long Execute(CancellationToken cancellationToken = default)
    {
        using var execution = _connection.Begin(_sql, cancellationToken);
        using var result = execution.Execute(_handle, streaming: false);
        return DuckDBConnection.RowsChanged(result);
    }

    public void Dispose() => _handle.Dispose();
}
