using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Checksums;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Publication;
using FederatedQuery.Tiering.Verification;
using Npgsql;

namespace FederatedQuery.Tiering.RowChanges;

/// <summary>
/// The cold half of one attempt at a change: one state of the cold table, the rows in it that are to be changed, and the snapshot without them. It counts only as long as the table is in that
/// state, which the transaction of the hot half looks at last. Not thread-safe.
/// </summary>
internal sealed class ColdHalf : IDisposable
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    private readonly ColdCatalog _catalog;
    private readonly TieredTable _table;
    private readonly ColdTable? _cold;
    private readonly string _version;
    private StagedDeletion? _staged;

    private ColdHalf(ColdCatalog catalog, TieredTable table, ColdTable? cold, string version) =>
        (_catalog, _table, _cold, _version) = (catalog, table, cold, version);

    /// <summary>Null: there are none.</summary>
    public ColdRowMatch? Match { get; private set; }

    public long Rows => Match?.Rows ?? 0;

    /// <summary>The rows by day.</summary>
    public IReadOnlyList<DayChecksum> Days { get; private set; } = [];

    /// <summary>The state that belongs to the hot rows of now.</summary>
    public static async Task<ColdHalf> OpenAsync(
        PostgresConnections connections, ColdCatalog catalog, ColdTables coldTables, TieredTable table, CancellationToken cancellationToken)
    {
        await using var session = await HotReadSession.OpenAsync(connections.Owner, [], LockTimeout, cancellationToken);
        var version = catalog.IsRest ? await PublishedAsync(session.Connection, table, cancellationToken) : "";
        var cold = await PublishedTables.FindAsync(coldTables, session, table, cancellationToken);
        return new ColdHalf(catalog, table, cold, catalog.IsRest ? version : cold?.Table.MetadataLocation ?? "");
    }

    /// <summary>Whether columns have the names that they have in the hot table.</summary>
    public bool IsNamedAs(PostgresTable hot) => _cold is null || ReferenceEquals(_cold.NamedAs(hot.AsSource), _cold);

    /// <summary>Refuses keys that cold rows have.</summary>
    /// <exception cref="TieringException">ConstraintViolated.</exception>
    public async Task RequireNewAsync(ColdRowMatches matches, Schema schema, NewKeys keys, CancellationToken cancellationToken)
    {
        foreach (var condition in keys.Conditions)
        {
            if (_cold is not null && await matches.AnyAsync(_cold, schema, condition, cancellationToken))
            {
                throw RowChangeRules.KnownKey(_table.Name, keys, ", in the cold tier");
            }
        }
    }

    /// <summary>Finds the rows, and stages the snapshot without them.</summary>
    /// <param name="most">So many may be changed.</param>
    /// <returns>False: there are more.</returns>
    /// <exception cref="TieringException">NotAllowed: cold rows of this table cannot be changed.</exception>
    public async Task<bool> TryPrepareAsync(
        ColdRowMatches matches, Schema schema, Expression where, long most, Func<RowChangeStep, Task> afterStep, CancellationToken cancellationToken)
    {
        if (_cold is null || !await matches.MayHaveAnyAsync(_cold, where, cancellationToken))
        {
            return true;
        }

        Match = await matches.FindAsync(_cold, schema, where, most, cancellationToken);
        if (Match.Rows > most)
        {
            return false;
        }

        if (Match.Rows == 0)
        {
            // Not wanted any more: others may use the connection.
            Match.Dispose();
            Match = null;
            return true;
        }

        if (_catalog.IsRest)
        {
            throw new TieringException(
                TieringErrorKind.NotAllowed,
                string.Create(CultureInfo.InvariantCulture, $"Changing rows of table '{_table.Name}' of which {Match.Rows} are in the cold tier needs a transaction that PostgreSQL and the catalog have in common. A REST catalog (ICEBERG_CATALOG=rest) has no part in such transactions; with ICEBERG_CATALOG=sql it can be done, and so it can for hot rows alone."));
        }

        Days = await Match.DaysAsync(_table.TimeColumn, cancellationToken);
        try
        {
            _staged = await Match.StageAsync(new Dictionary<string, string> { ["federated-query.row-change"] = Guid.CreateVersion7().ToString("D") }, cancellationToken);
        }
        catch (IcebergException refused) when (refused.Kind is IcebergErrorKind.Unsupported or IcebergErrorKind.InvalidMetadata)
        {
            throw new TieringException(TieringErrorKind.NotAllowed, $"Cold rows of table '{_table.Name}' cannot be changed: {refused.Message}", refused);
        }

        await afterStep(RowChangeStep.Staged);
        return true;
    }

    /// <summary>
    /// The last part of the transaction: publishes the snapshot, and the ledger's entry with it; where there is none, sees that the table is in the state that was looked at. After it
    /// no row can have moved between the tiers unseen: whatever moves one makes another state.
    /// </summary>
    /// <returns>False: it is in another state, or about to be; roll back, and begin again.</returns>
    public async Task<bool> TryPublishAsync(NpgsqlTransaction transaction, string kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_staged is not { } staged)
        {
            return await VersionAsync(transaction, cancellationToken) == _version;
        }

        if (!await _catalog.Current.TryCommitAsync(staged.Commit, transaction, cancellationToken))
        {
            return false;
        }

        await Ledger.RecordAsync(
            transaction, TablePublisher.NameOf(_table), kind, Days.Select(day => day with { Rows = -day.Rows, Checksum = -day.Checksum }), staged.Commit, now, cancellationToken);
        return true;
    }

    /// <summary>It is committed, or may be: its files stay.</summary>
    public void Keep() => _staged = null;

    /// <summary>Deletes what was staged and certainly not committed.</summary>
    /// <exception cref="ObjectStoreException">Files could not be deleted; they are unreferenced.</exception>
    public async Task DiscardAsync()
    {
        if (_staged is { } staged && Match is { } match)
        {
            _staged = null;
            await match.DiscardAsync(staged);
        }
    }

    public void Dispose() => Match?.Dispose();

    private static async Task<string> PublishedAsync(NpgsqlConnection connection, TieredTable table, CancellationToken cancellationToken) =>
        await PublicationStore.FindAsync(connection, TablePublisher.NameOf(table), cancellationToken) is { } published
            ? string.Create(CultureInfo.InvariantCulture, $"{published.ChangeId} {published.SnapshotId}")
            : "";

    private async Task<string> VersionAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (_catalog.IsRest)
        {
            return await PublishedAsync(transaction.Connection!, _table, cancellationToken);
        }

        try
        {
            return (await _catalog.Current.LoadTableAsync(TablePublisher.IdentifierOf(_table), transaction, cancellationToken)).MetadataLocation;
        }
        catch (IcebergException gone) when (gone.Kind == IcebergErrorKind.NotFound)
        {
            return "";
        }
    }
}
