using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
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
public sealed class TableCreation(PostgresConnections connections, ColdCatalog catalog, ColdBranches branches, TimeProvider time)
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

    /// <summary>The id of the intent that a table was made under.</summary>
    internal static Guid IdOf(CatalogTable table) => Guid.Parse(table.Metadata.Properties[CreationProperty]);

    /// <summary>In the transaction that makes the other half.</summary>
    internal static async Task CompleteAsync(NpgsqlTransaction transaction, TableName name, bool isTiered, CancellationToken cancellationToken)
    {
        if (await PublicationStore.FindIntentAsync(transaction.Connection!, name, cancellationToken) is { Kind: PublicationKind.Create } intent)
        {
            await PublicationStore.CloseAsync(transaction, intent, cancellationToken);
        }

        if (isTiered)
        {
            await PublicationStore.AddAsync(transaction, name, cancellationToken);
        }
    }

    /// <summary>As <see cref="CompleteAsync"/> of a tiered table whose first rows are on the branch of the intent.</summary>
    /// <returns>The intent, which goes on as that of a load.</returns>
    internal static async Task<PublicationIntent> GoOnAsync(NpgsqlTransaction transaction, TableName name, CancellationToken cancellationToken)
    {
        var intent = await PublicationStore.FindIntentAsync(transaction.Connection!, name, cancellationToken)
            ?? throw new InvalidOperationException($"Nobody is making the table '{name}'.");
        await PublicationStore.GoOnAsLoadAsync(transaction, intent, cancellationToken);
        await PublicationStore.AddAsync(transaction, name, cancellationToken);
        return intent with { Kind = PublicationKind.Load };
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

    /// <summary>A table without rows that an earlier attempt has made, maybe with another layout; a load's may be on the branch of the intent.</summary>
    private async Task DropLeftoverAsync(TableIdentifier identifier, PublicationIntent intent, CancellationToken cancellationToken)
    {
        try
        {
            var table = await catalog.Catalog.LoadTableAsync(identifier, cancellationToken);
            if (IsOf(table, intent) && table.Metadata.CurrentSnapshotId is null)
            {
                await branches.DropAsync(catalog.Catalog, identifier, ColdBranches.NameOf(intent.Id), cancellationToken);
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
