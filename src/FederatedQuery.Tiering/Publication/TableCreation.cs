using FederatedQuery.Cold;
using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control.Publication;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using Npgsql;

namespace FederatedQuery.Tiering.Publication;

/// <summary>
/// Makes tables in a REST catalog whose other half is in PostgreSQL. The intent's id becomes a property of the table, by which one that a crash (or a lost answer)
/// has left is known, and taken over by the next attempt. Callers have the right to publish the table (<see cref="TablePublisher.AcquireAsync"/>).
/// </summary>
public sealed class TableCreation(PostgresConnections connections, ColdCatalog catalog, TimeProvider time)
{
    /// <summary>A property of the table.</summary>
    public const string CreationProperty = "federated-query.creation-id";

    /// <summary>Makes the table, empty. It is nobody's until <see cref="CompleteAsync"/>.</summary>
    /// <exception cref="IcebergException">AlreadyExists: there is one that was not left by an attempt to make it.</exception>
    internal async Task<CatalogTable> CreateAsync(TableName name, TableIdentifier identifier, NewTable layout, CancellationToken cancellationToken)
    {
        var intent = await BeginAsync(name, cancellationToken);
        var marked = layout with { Properties = layout.Properties.SetItem(CreationProperty, intent.Id.ToString("D")) };
        await DropLeftoverAsync(identifier, intent, cancellationToken);
        try
        {
            return await catalog.Catalog.CreateTableAsync(identifier, marked, cancellationToken);
        }
        catch (IcebergException unknown) when (unknown.Kind == IcebergErrorKind.CommitStateUnknown)
        {
            var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
            return IsOf(table, intent)
                ? table
                : throw new IcebergException(IcebergErrorKind.AlreadyExists, $"There is another table '{identifier}'.", unknown);
        }
        catch (IcebergException taken) when (taken.Kind == IcebergErrorKind.AlreadyExists)
        {
            await CancelAsync(intent, cancellationToken);
            throw;
        }
    }

    /// <summary>In the transaction that makes the other half.</summary>
    internal static async Task CompleteAsync(NpgsqlTransaction transaction, TableName name, bool isTiered, CancellationToken cancellationToken)
    {
        var intent = await PublicationStore.FindIntentAsync(transaction.Connection!, name, cancellationToken);
        if (intent is { Kind: PublicationKind.Create })
        {
            await PublicationStore.CloseAsync(transaction, intent, cancellationToken);
        }

        if (isTiered)
        {
            await PublicationStore.AddAsync(transaction, name, cancellationToken);
        }
    }

    /// <summary>Takes back what an attempt has made, if one was cut short.</summary>
    internal async Task UndoAsync(TableName name, TableIdentifier identifier, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (await PublicationStore.FindIntentAsync(connection, name, cancellationToken) is { Kind: PublicationKind.Create } intent)
        {
            await DropLeftoverAsync(identifier, intent, cancellationToken);
            await CancelAsync(intent, cancellationToken);
        }
    }

    private async Task<PublicationIntent> BeginAsync(TableName name, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        if (await PublicationStore.FindIntentAsync(connection, name, cancellationToken) is { Kind: PublicationKind.Create } known)
        {
            return known;
        }

        var intent = new PublicationIntent(Guid.CreateVersion7(time.GetUtcNow()), name, PublicationKind.Create, PublicationState.Open, Details: null);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PublicationStore.AddIntentAsync(transaction, intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return intent;
    }

    private async Task CancelAsync(PublicationIntent intent, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PublicationStore.CloseAsync(transaction, intent, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>An empty table that an earlier attempt has made, maybe with another layout.</summary>
    private async Task DropLeftoverAsync(TableIdentifier identifier, PublicationIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
            if (IsOf(table, intent) && table.Metadata.Snapshots.IsEmpty)
            {
                await catalog.Catalog.DropTableAsync(identifier, cancellationToken);
            }
        }
        catch (IcebergException missing) when (missing.Kind == IcebergErrorKind.NotFound)
        {
            // As a rule.
        }
    }

    private static bool IsOf(CatalogTable table, PublicationIntent intent) =>
        table.Metadata.Properties.GetValueOrDefault(CreationProperty) == intent.Id.ToString("D");
}
