using Npgsql;

namespace FederatedQuery.Iceberg.Catalogs;

/// <remarks>Namespaces: there are those that have properties, and those that have tables.</remarks>
public sealed partial class SqlCatalog
{
    public async Task CreateNamespaceAsync(string @namespace, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        TableIdentifier.CheckNamespace(@namespace);
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await NamespaceExistsAsync(@namespace, connection, cancellationToken))
        {
            throw NamespaceExists(@namespace);
        }

        // A row says that the namespace exists also when it has no properties; other implementations look for this very one.
        var rows = new Dictionary<string, string>(properties) { [ExistsProperty] = "true" };
        foreach (var (key, value) in rows)
        {
            await using var command = _sql.InsertNamespaceProperty(connection, @namespace, key, value);
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                throw NamespaceExists(@namespace);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        return await ListNamespacesAsync(connection, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, string>> LoadNamespaceAsync(string @namespace, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        if (!await NamespaceExistsAsync(@namespace, connection, cancellationToken))
        {
            throw await NamespaceNotFoundAsync(@namespace, connection, cancellationToken);
        }

        await using var command = _sql.SelectNamespaceProperties(connection, @namespace);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            properties[reader.GetString(0)] = await reader.IsDBNullAsync(1, cancellationToken) ? "" : reader.GetString(1);
        }

        return properties;
    }

    public async Task<bool> DropNamespaceAsync(string @namespace, CancellationToken cancellationToken)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if ((await ListTablesAsync(@namespace, connection, cancellationToken)).Count is var count and > 0)
        {
            throw new IcebergException(IcebergErrorKind.NotEmpty, $"The namespace '{@namespace}' has {count} tables; drop or rename them first.");
        }

        if ((await ListNamespacesAsync(connection, cancellationToken)).FirstOrDefault(name => name.StartsWith(@namespace + ".", StringComparison.Ordinal)) is { } child)
        {
            throw new IcebergException(IcebergErrorKind.NotEmpty, $"The namespace '{@namespace}' has a namespace below it, '{child}'; drop that first.");
        }

        await using var command = _sql.DeleteNamespace(connection, @namespace);
        var rows = await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return rows > 0;
    }

    private async Task<bool> NamespaceExistsAsync(string @namespace, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = _sql.NamespaceExists(connection, @namespace);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    private async Task<IReadOnlyList<string>> ListNamespacesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = _sql.SelectNamespaces(connection);
        return await ReadTextsAsync(command, cancellationToken);
    }

    private async Task<IcebergException> NamespaceNotFoundAsync(string @namespace, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var known = await ListNamespacesAsync(connection, cancellationToken);
        return new IcebergException(
            IcebergErrorKind.NotFound,
            $"There is no namespace '{@namespace}' in the catalog '{Options.CatalogName}'; it has {(known.Count == 0 ? "none" : string.Join(", ", known.Select(name => $"'{name}'")))}.");
    }

    private static IcebergException NamespaceExists(string @namespace) =>
        new(IcebergErrorKind.AlreadyExists, $"The namespace '{@namespace}' exists already.");
}
