namespace FederatedQuery.Iceberg.Catalogs;

/// <summary>Names of tables, and which metadata file is current for each. Safe for concurrent use.</summary>
public interface ICatalog
{
    /// <exception cref="IcebergException">AlreadyExists.</exception>
    Task CreateNamespaceAsync(string @namespace, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken);

    /// <summary>All namespaces, in order.</summary>
    Task<IReadOnlyList<string>> ListNamespacesAsync(CancellationToken cancellationToken);

    /// <exception cref="IcebergException">NotFound.</exception>
    Task<IReadOnlyDictionary<string, string>> LoadNamespaceAsync(string @namespace, CancellationToken cancellationToken);

    /// <returns>False when there was none.</returns>
    /// <exception cref="IcebergException">NotEmpty: it has tables, or namespaces below it.</exception>
    Task<bool> DropNamespaceAsync(string @namespace, CancellationToken cancellationToken);

    /// <summary>Creates an empty table of format version 2.</summary>
    /// <exception cref="IcebergException">AlreadyExists; NotFound when the namespace is missing.</exception>
    Task<CatalogTable> CreateTableAsync(TableIdentifier identifier, NewTable table, CancellationToken cancellationToken);

    /// <summary>Lists a table that exists elsewhere under a name of this catalog.</summary>
    /// <exception cref="IcebergException">AlreadyExists; NotFound when the namespace is missing.</exception>
    Task<CatalogTable> RegisterTableAsync(TableIdentifier identifier, string metadataLocation, CancellationToken cancellationToken);

    /// <summary>The tables of a namespace, in order of their names.</summary>
    Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(string @namespace, CancellationToken cancellationToken);

    /// <exception cref="IcebergException">NotFound.</exception>
    Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, CancellationToken cancellationToken);

    /// <summary>Takes a table off the list; its files stay.</summary>
    /// <returns>False when there was none.</returns>
    Task<bool> DropTableAsync(TableIdentifier identifier, CancellationToken cancellationToken);

    /// <exception cref="IcebergException">NotFound; AlreadyExists.</exception>
    Task RenameTableAsync(TableIdentifier from, TableIdentifier to, CancellationToken cancellationToken);

    /// <summary>Publishes a staged commit if the table is still where the commit started.</summary>
    /// <returns>The table as committed; null when somebody else was first, and nothing has changed then.</returns>
    /// <exception cref="IcebergException">CommitStateUnknown: the answer was lost. NotFound: the table is gone.</exception>
    Task<CatalogTable?> TryCommitAsync(StagedCommit commit, CancellationToken cancellationToken);
}
