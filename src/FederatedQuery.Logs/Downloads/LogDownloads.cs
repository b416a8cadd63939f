using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Exports;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Logs.Search;

namespace FederatedQuery.Logs.Downloads;

/// <summary>Whole results of searches, from both tiers in the order of the query, in memory that does not grow with them. Thread-safe.</summary>
public sealed class LogDownloads(LogReader logs, RowReader rows) : IDisposable
{
    /// <summary>What one process sends at the same time; each holds a connection to either tier.</summary>
    private const int Most = 16;

    private readonly SemaphoreSlim _places = new(Most);

    /// <param name="open">Takes the records, under the names of <see cref="LogFields"/>.</param>
    /// <param name="cancellationToken">Ends it in both tiers.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="FederatedQueryException">Every failure, but for the caller's own cancellation.</exception>
    public async Task<long> RunAsync(LogQuery query, OpenRowSink open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(open);
        if (!await _places.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new FederatedQueryException(FailureKind.Overloaded, $"{Most} downloads are under way, and no more go on at the same time. Try again when one has ended.");
        }

        try
        {
            return await CopyAsync(query, open, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task<long> CopyAsync(LogQuery query, OpenRowSink open, CancellationToken cancellationToken)
    {
        var table = await logs.TableAsync(cancellationToken);
        await using var stream = rows.OpenStream(query.Over(table), after: null);
        return await RowCopy.RunAsync([.. query.Columns.Select(ColumnOf)], stream.ReadAsync, rows => rows.Chunk, open, cancellationToken);
    }

    private static DuckDBColumn ColumnOf(string column)
    {
        var field = LogTable.Schema.FindField(column)!;
        return new DuckDBColumn(LogFields.NameOf(column), LogTable.JsonFieldIds.Contains(field.Id) ? DuckDBLogicalType.Json : DuckDbTypes.Of(field.Type));
    }
}
