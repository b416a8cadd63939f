using FederatedQuery.Cold;
using FederatedQuery.Columns;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Federation.Registry;

/// <summary>
/// All tables of both tiers by name. Descriptions are kept for a few seconds (DDL is noticed that late); which rows a table has is never
/// kept: a read session looks that up within its own snapshot.
/// </summary>
public sealed class TableRegistry(
    PostgresIntrospector introspector, TieredTableStore tieredTables, RowMutationStore mutations, ColdTables coldTables, IOptions<QueryOptions> options, TimeProvider time,
    ILogger<TableRegistry> logger)
{
    private readonly KeptTables _kept = new(time, logger);

    /// <summary>Namespaces are Postgres's schemas, but for <c>public</c>, which is <c>default</c>.</summary>
    public static string NamespaceOf(string schema) =>
        schema == TableName.DefaultSchema ? RegisteredTable.DefaultNamespace : schema;

    public static string SchemaOf(string tableNamespace) =>
        tableNamespace == RegisteredTable.DefaultNamespace ? TableName.DefaultSchema : tableNamespace;

    /// <summary>Every table as it is now, by namespace and name.</summary>
    public async Task<IReadOnlyList<RegisteredTable>> ListAsync(CancellationToken cancellationToken)
    {
        var tables = new List<RegisteredTable>();
        foreach (var (tableNamespace, name) in await NamesAsync(cancellationToken))
        {
            if (await LookUpAsync(tableNamespace, name, cancellationToken) is { } table)
            {
                tables.Add(table);
            }
        }

        return tables;
    }

    /// <summary>The names of every table in either tier, by namespace and name.</summary>
    public async Task<IReadOnlyList<(string Namespace, string Name)>> NamesAsync(CancellationToken cancellationToken)
    {
        var hot = await introspector.ListAsync(null, cancellationToken);
        var cold = await coldTables.ListAsync(null, cancellationToken);
        return
        [
            .. hot.Select(table => (Namespace: NamespaceOf(table.Schema), table.Name))
                .Concat(cold.Select(table => (table.Namespace, table.Name)))
                .Distinct()
                .OrderBy(name => name.Namespace, StringComparer.Ordinal).ThenBy(name => name.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>A table by the name that a statement or an argument gives it; case does not count unless two differ by it alone.</summary>
    /// <param name="tableNamespace">Null: <c>default</c>.</param>
    /// <returns>Null when there is none.</returns>
    public async Task<RegisteredTable?> FindAsync(string? tableNamespace, string name, CancellationToken cancellationToken)
    {
        var wantedNamespace = tableNamespace is null ? RegisteredTable.DefaultNamespace : NamespaceOf(tableNamespace);
        if (await FindExactAsync(wantedNamespace, name, cancellationToken) is { } exact)
        {
            return exact;
        }

        var alike = (await NamesAsync(cancellationToken))
            .Where(other => other.Namespace.Equals(wantedNamespace, StringComparison.OrdinalIgnoreCase)
                && other.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return alike.Count == 1 ? await FindExactAsync(alike[0].Namespace, alike[0].Name, cancellationToken) : null;
    }

    /// <summary>As <see cref="FindAsync"/>, with the table as it is now: for figures shown to people.</summary>
    public async Task<RegisteredTable?> DescribeAsync(string? tableNamespace, string name, CancellationToken cancellationToken) =>
        await FindAsync(tableNamespace, name, cancellationToken) is { } table
            ? await LookUpAsync(table.Namespace, table.Name, cancellationToken)
            : null;

    /// <summary>As <see cref="FindAsync"/>, for callers that need the table.</summary>
    /// <exception cref="FederatedQueryException">Of kind <see cref="FailureKind.UnknownTable"/>, naming tables with near names.</exception>
    public async Task<RegisteredTable> RequireAsync(string? tableNamespace, string name, CancellationToken cancellationToken) =>
        await FindAsync(tableNamespace, name, cancellationToken)
        ?? throw new FederatedQueryException(FailureKind.UnknownTable, await UnknownMessageAsync(tableNamespace, name, cancellationToken));

    /// <summary>Forgets what is kept of a table, after a change made by this process.</summary>
    public void Forget() => _kept.Forget();

    internal async Task<string> UnknownMessageAsync(string? tableNamespace, string name, CancellationToken cancellationToken)
    {
        var known = (await NamesAsync(cancellationToken))
            .Select(other => other.Namespace == RegisteredTable.DefaultNamespace ? other.Name : $"{other.Namespace}.{other.Name}")
            .ToList();
        var wanted = tableNamespace is null ? name : $"{tableNamespace}.{name}";
        var near = NearNames.Of(wanted, known);
        if (near.Count == 0)
        {
            near = NearNames.Of(name, known);
        }

        return $"There is no table '{wanted}'." + (near.Count == 0 ? "" : $" Did you mean {NearNames.Say(near)}?");
    }

    private async Task<RegisteredTable?> FindExactAsync(string tableNamespace, string name, CancellationToken cancellationToken) =>
        _kept.Find(tableNamespace, name, token => LookUpAsync(tableNamespace, name, token)) ?? await LookUpAsync(tableNamespace, name, cancellationToken);

    private async Task<RegisteredTable?> LookUpAsync(string tableNamespace, string name, CancellationToken cancellationToken)
    {
        if (TryIdentifier(tableNamespace, name) is not { } identifier)
        {
            return null;
        }

        var begun = _kept.Begin();
        var hotName = new TableName(SchemaOf(tableNamespace), name);
        var hot = await introspector.FindAsync(hotName, cancellationToken);
        var cold = await coldTables.FindAsync(identifier, null, cancellationToken);
        var tiering = hot is null ? null : await tieredTables.FindAsync(hotName, cancellationToken);
        var table = hot is null && cold is null ? null : new RegisteredTable
        {
            Namespace = tableNamespace,
            Name = name,
            Hot = hot,
            Cold = tiering is null ? cold : cold?.NamedAs(hot!.AsSource),
            Tiering = tiering,
            IsFixed = options.Value.FixedTables.Contains(identifier),
            RowMutations = hot is null ? RowMutations.None : await mutations.FindAsync(hotName, cancellationToken),
        };
        _kept.Keep(tableNamespace, name, table, begun);
        return table;
    }

    /// <returns>Null for a name that no table has that may be in both tiers: <c>/etc/passwd</c>.</returns>
    public static TableIdentifier? TryIdentifier(string tableNamespace, string name)
    {
        try
        {
            return new TableIdentifier(tableNamespace, name);
        }
        catch (IcebergException invalid) when (invalid.Kind == IcebergErrorKind.InvalidValue)
        {
            return null;
        }
    }
}
