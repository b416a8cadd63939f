using FederatedQuery.Cold.Results;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Federation.Materialized;

/// <summary>Lets stored results go that may hold rows which were erased from a table.</summary>
public sealed class ErasedResults(MaterializedResultStore store, ResultFiles files, TimeProvider time)
{
    /// <summary>Results of statements that read the table are found no more.</summary>
    /// <returns>How many there were.</returns>
    public async Task<long> ForgetAsync(TableIdentifier table, CancellationToken cancellationToken) =>
        await store.DropTableAsync(NameOf(table), time.GetUtcNow(), cancellationToken);

    /// <summary>
    /// Deletes the files of such results, once nobody can be reading those forgotten before. What a statement stored since, which had begun before the rows were erased, goes
    /// too: it was never handed out, because the table has changed.
    /// </summary>
    /// <returns>The locations of the files.</returns>
    public async Task<IReadOnlyList<string>> PurgeAsync(TableIdentifier table, CancellationToken cancellationToken)
    {
        var purged = new List<string>();
        await ForgetAsync(table, cancellationToken);
        while (await store.ListDroppedAsync(DateTimeOffset.MaxValue.AddDays(-1), NameOf(table), cancellationToken) is { Count: > 0 } dropped)
        {
            await files.DeleteAsync(dropped.Select(result => result.Location), cancellationToken);
            await store.RemoveAsync([.. dropped.Select(result => result.Id)], cancellationToken);
            purged.AddRange(dropped.Select(result => result.Location));
        }

        return purged;
    }

    private static string NameOf(TableIdentifier table) => $"{table.Namespace}.{table.Name}";
}
