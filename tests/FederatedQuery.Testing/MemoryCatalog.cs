using System.Collections.Concurrent;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Testing;

/// <summary>A catalog of one process: which metadata is current, compared and set. Namespaces are whatever tables name.</summary>
public sealed class MemoryCatalog : ICatalog
{
    private readonly ConcurrentDictionary<TableIdentifier, CatalogTable> _tables = new();

    /// <summary>Called before each commit.</summary>
    public Func<StagedCommit, Task> BeforeCommit { get; set; } = _ => Task.CompletedTask;

    /// <summary>Commits that were made.</summary>
    public int Commits { get; private set; }

    public void Put(CatalogTable table) => _tables[table.Identifier] = table;

    public Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, CancellationToken cancellationToken) => _tables.TryGetValue(identifier, out var table)
        ? Task.FromResult(table)
        : throw new IcebergException(IcebergErrorKind.NotFound, $"There is no table '{identifier}'.");

    public async Task<CatalogTable?> TryCommitAsync(StagedCommit commit, CancellationToken cancellationToken)
    {
        await BeforeCommit(commit);
        var table = await LoadTableAsync(commit.Identifier, cancellationToken);
        var next = table with { MetadataLocation = commit.NewLocation, Metadata = commit.Metadata };
        if (table.MetadataLocation != commit.PreviousLocation || !_tables.TryUpdate(commit.Identifier, next, table))
        {
            return null;
        }

        Commits++;
        return next;
    }

    public Task CreateNamespaceAsync(string @namespace, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyDictionary<string, string>> LoadNamespaceAsync(string @namespace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> DropNamespaceAsync(string @namespace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CatalogTable> CreateTableAsync(TableIdentifier identifier, NewTable table, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<CatalogTable> RegisterTableAsync(TableIdentifier identifier, string metadataLocation, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(string @namespace, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> DropTableAsync(TableIdentifier identifier, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RenameTableAsync(TableIdentifier from, TableIdentifier to, CancellationToken cancellationToken) => throw new NotSupportedException();
}
