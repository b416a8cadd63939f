using System.Collections.Immutable;
using FederatedQuery.ObjectStore;
using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <remarks>What serving the catalog to others needs besides.</remarks>
public sealed partial class SqlCatalog
{
    private const int MaxKeyLength = 255;
    private const int MaxValueLength = 1000;

    /// <summary>The property that says that a namespace exists; not one of the namespace's own.</summary>
    public const string ExistsProperty = "exists";

    /// <returns>True also for one that has no row of its own but a table or namespace below it.</returns>
    public async Task<bool> NamespaceExistsAsync(string @namespace, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await NamespaceExistsAsync(@namespace, connection, cancellationToken);
    }

    /// <summary>Sets and removes properties of a namespace, all together.</summary>
    /// <returns>The keys of <paramref name="removals"/> that were there.</returns>
    /// <exception cref="IcebergException">NotFound; InvalidValue: a key or value is longer than the layout allows (255, 1000), or reserved.</exception>
    public async Task<ImmutableArray<string>> UpdateNamespaceAsync(
        string @namespace, IReadOnlyDictionary<string, string> updates, IReadOnlyCollection<string> removals, CancellationToken cancellationToken)
    {
        CheckProperties(updates);
        CheckProperties(removals.Distinct().ToDictionary(key => key, _ => ""));
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await NamespaceExistsAsync(@namespace, connection, cancellationToken))
        {
            throw await NamespaceNotFoundAsync(@namespace, connection, cancellationToken);
        }

        // In one order, so that two calls at a time do not wait for each other in a circle.
        var removed = ImmutableArray.CreateBuilder<string>();
        foreach (var key in updates.Keys.Concat(removals).Distinct().Order(StringComparer.Ordinal))
        {
            await using var command = updates.TryGetValue(key, out var value)
                ? _sql.UpsertNamespaceProperty(connection, @namespace, key, value)
                : _sql.DeleteNamespaceProperty(connection, @namespace, key);
            var rows = await command.ExecuteNonQueryAsync(cancellationToken);
            if (value is null && rows > 0)
            {
                removed.Add(key);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return removed.ToImmutable();
    }

    /// <exception cref="IcebergException">InvalidValue: a key or value is longer than the layout allows (255, 1000), or reserved.</exception>
    public static void CheckProperties(IEnumerable<KeyValuePair<string, string>> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        foreach (var (key, value) in properties)
        {
            var problem = key switch
            {
                "" => "is empty",
                ExistsProperty => "is reserved: the catalog's layout keeps by it that a namespace exists",
                { Length: > MaxKeyLength } => $"is longer than {MaxKeyLength} characters",
                _ when value.Length > MaxValueLength => $"has a value longer than {MaxValueLength} characters",
                _ when key.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal) => "holds a NUL character",
                _ => null,
            };
            if (problem is not null)
            {
                throw IcebergException.InvalidValue($"The namespace property '{key}' {problem}.");
            }
        }
    }

    /// <summary>Takes a table off the list if it is still as it was loaded.</summary>
    /// <returns>False when somebody committed to it, or dropped it, in between.</returns>
    public async Task<bool> TryDropTableAsync(CatalogTable table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.DeleteTableAt(connection, table.Identifier, table.MetadataLocation);
        return await command.ExecuteNonQueryAsync(cancellationToken) > 0;
    }

    /// <summary>Other tables whose folder holds a location, or is held by it: a file there may be theirs.</summary>
    /// <returns>Their names and folders, by name.</returns>
    public async Task<IReadOnlyList<(string Name, string Folder)>> ListTablesAroundAsync(
        TableIdentifier except, string location, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var command = _sql.SelectTablesAround(connection, except, ObjectStoreRegistry.Normalize(location).TrimEnd('/'));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = new List<(string, string)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            tables.Add((reader.GetString(0), reader.GetString(1)));
        }

        return tables;
    }

    /// <summary>The metadata location of a table, without reading it.</summary>
    /// <exception cref="IcebergException">NotFound.</exception>
    public async Task<string> FindMetadataLocationAsync(TableIdentifier identifier, CancellationToken cancellationToken) =>
        (await FindTableAsync(identifier, transaction: null, cancellationToken) ?? throw TableNotFound(identifier)).MetadataLocation;

    /// <summary>Publishes staged commits to several tables, all or none.</summary>
    /// <returns>False when somebody else was first with one of them; nothing has changed then.</returns>
    /// <exception cref="IcebergException">CommitStateUnknown: the answer was lost. NotFound: a table is gone.</exception>
    public async Task<bool> TryCommitAsync(IReadOnlyList<StagedCommit> commits, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // In one order, so that two transactions do not wait for each other in a circle.
        foreach (var commit in commits.OrderBy(commit => commit.Identifier.ToString(), StringComparer.Ordinal))
        {
            if (!await TryCommitAsync(commit, transaction, cancellationToken))
            {
                await transaction.RollbackAsync(cancellationToken);
                return false;
            }
        }

        try
        {
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException and not PostgresException
            or OperationCanceledException { InnerException: not PostgresException })
        {
            // All or none: what became of one became of all.
            return await ReadBackAsync(commits[0], exception);
        }
    }
}
