using FederatedQuery.Cold;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Tiering.Jobs;

/// <summary>
/// The catalog of the cold tables for the commits of one job: they are made only while the job's lease holds. A holder who lost the lease without noticing
/// (its process was paused, or cut off from PostgreSQL) commits nothing. Everything but commits goes straight through. Safe for concurrent use.
/// </summary>
internal sealed class FencedCatalog(ColdCatalog catalog, PostgresConnections connections, Job job, CommitCompanion? companion = null) : ICatalog
{
    public Task CreateNamespaceAsync(string @namespace, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken) =>
        catalog.Catalog.CreateNamespaceAsync(@namespace, properties, cancellationToken);

    public Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken) => catalog.Catalog.ListNamespacesAsync(cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> LoadNamespaceAsync(string @namespace, CancellationToken cancellationToken) =>
        catalog.Catalog.LoadNamespaceAsync(@namespace, cancellationToken);

    public Task<bool> DropNamespaceAsync(string @namespace, CancellationToken cancellationToken) =>
        catalog.Catalog.DropNamespaceAsync(@namespace, cancellationToken);

    public Task<CatalogTable> CreateTableAsync(TableIdentifier identifier, NewTable table, CancellationToken cancellationToken) =>
        catalog.Catalog.CreateTableAsync(identifier, table, cancellationToken);

    public Task<CatalogTable> RegisterTableAsync(TableIdentifier identifier, string metadataLocation, CancellationToken cancellationToken) =>
        catalog.Catalog.RegisterTableAsync(identifier, metadataLocation, cancellationToken);

    public Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(string @namespace, CancellationToken cancellationToken) =>
        catalog.Catalog.ListTablesAsync(@namespace, cancellationToken);

    public Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, CancellationToken cancellationToken) =>
        catalog.Catalog.LoadTableAsync(identifier, cancellationToken);

    public Task<bool> DropTableAsync(TableIdentifier identifier, CancellationToken cancellationToken) =>
        catalog.Catalog.DropTableAsync(identifier, cancellationToken);

    public Task RenameTableAsync(TableIdentifier from, TableIdentifier to, CancellationToken cancellationToken) =>
        catalog.Catalog.RenameTableAsync(from, to, cancellationToken);

    /// <summary>
    /// With a SQL catalog the lease is looked at in the transaction that compares and sets. A REST catalog has no part in that: there, nobody can take the
    /// job over between the look and the catalog's answer, as long as the connection to PostgreSQL lives.
    /// </summary>
    /// <inheritdoc cref="ICatalog.TryCommitAsync"/>
    /// <exception cref="TieringException">LeaseLost: nothing was committed.</exception>
    public async Task<CatalogTable?> TryCommitAsync(StagedCommit commit, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await JobLease.RequireAsync(transaction, job, cancellationToken);
        if (catalog.IsRest)
        {
            var committed = await catalog.Catalog.TryCommitAsync(commit, cancellationToken);
            if (committed is not null && companion is not null)
            {
                // The snapshot is there, whatever happens: no cancellation keeps it out of the books.
                try
                {
                    await companion(transaction, commit, CancellationToken.None);
                    await transaction.CommitAsync(CancellationToken.None);
                }
                catch (Exception error)
                {
                    // Any other failure would have its files deleted.
                    throw Unknown(commit, $"the catalog has made it, and what belongs to it could not be written to PostgreSQL: {error.Message}", error);
                }
            }

            return committed;
        }

        // Others who commit to the table wait for this one: a process that stands still in here has its session ended by the server.
        await using (var limit = new NpgsqlCommand("SET LOCAL idle_in_transaction_session_timeout = '30s'", connection, transaction))
        {
            await limit.ExecuteNonQueryAsync(cancellationToken);
        }

        if (!await catalog.Current.TryCommitAsync(commit, transaction, cancellationToken))
        {
            return null;
        }

        if (companion is not null)
        {
            await companion(transaction, commit, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception error) when (error is not PostgresException { InvariantSeverity: "ERROR" })
        {
            throw Unknown(commit, "the connection to PostgreSQL failed before it answered.", error);
        }

        return new CatalogTable(commit.Identifier, commit.NewLocation, commit.Metadata);
    }

    private static IcebergException Unknown(StagedCommit commit, string why, Exception cause) => new(
        IcebergErrorKind.CommitStateUnknown,
        $"Whether the commit to table '{commit.Identifier}' was made as a whole is not known: {why} Load the table and look for '{commit.NewLocation}'.",
        cause);
}
