using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Hot.Control.Logs;

namespace FederatedQuery.Logs.Search;

/// <summary>Finds log records in both tiers. Failures are <see cref="Federation.FederatedQueryException"/>s. Thread-safe.</summary>
public sealed class LogReader(TableRegistry registry, RowReader rows)
{
    /// <summary>A page, and if wanted the number of all records that match, of one state of the table.</summary>
    /// <param name="query">Which records.</param>
    /// <param name="page">Null: none, the count alone.</param>
    /// <param name="count">Whether to count.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LogPage> ReadAsync(LogQuery query, PageRequest? page, bool count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var table = await TableAsync(cancellationToken);
        var asked = query.Over(table);
        var newest = page is null ? null : LogBatchStore.AskNewest();
        await using var session = await rows.OpenAsync([table], query.Caller, newest, cancellationToken);
        var found = page is null ? null : await rows.ReadPageAsync(
            session, asked, page with { After = LogPageCursor.RowOf(page.After), Before = LogPageCursor.RowOf(page.Before) }, cancellationToken);
        try
        {
            return new LogPage(found, count ? await rows.CountAsync(session, asked with { Columns = [] }, cancellationToken) : null, newest?.Answer ?? 0);
        }
        catch
        {
            found?.Dispose();
            throw;
        }
    }

    /// <summary>The table of log records as it is now.</summary>
    /// <exception cref="Federation.FederatedQueryException">There is none.</exception>
    public Task<RegisteredTable> TableAsync(CancellationToken cancellationToken) =>
        registry.RequireAsync(LogTable.Identifier.Namespace, LogTable.Name, cancellationToken);
}

/// <summary>Records of a query.</summary>
/// <param name="Rows">Null: none were asked for. To be disposed of.</param>
/// <param name="Count">Null: not asked for.</param>
/// <param name="Batch">The newest batch of records that was there.</param>
public sealed record LogPage(RowPage? Rows, RowCount? Count, long Batch) : IDisposable
{
    /// <summary>Where a record is, to go on from: to another page, or to a tail.</summary>
    public string Cursor(int row) => LogPageCursor.Join(Rows!.Cursor(row), Batch);

    public void Dispose() => Rows?.Dispose();
}
