using FederatedQuery.Cold;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.Typed.Refresh;

/// <summary>
/// Descriptions of all tables, looked up again for those alone whose fingerprint has changed. Not for use by two at a time. One that cannot be looked up is described as before, or
/// not at all.
/// </summary>
internal sealed partial class TableDescriptions(
    TableRegistry registry, TableFingerprints fingerprints, TableColumns columns, ColdTables coldTables, TimeProvider time, ILogger<TableDescriptions> logger)
{
    /// <summary>Tables of a REST catalog say nothing of their version: they are looked up again after this.</summary>
    private static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(60);

    private readonly Dictionary<TableIdentifier, Known> _known = [];

    /// <summary>What was wrong with a table when it was last looked up: said once.</summary>
    private readonly Dictionary<TableIdentifier, string> _troubles = [];

    /// <returns>By namespace and name; and whether anything may differ from the last time.</returns>
    public async Task<(IReadOnlyList<RegisteredTable> Tables, bool Changed)> ReadAsync(bool all, CancellationToken cancellationToken)
    {
        var found = await FindAsync(cancellationToken);
        var changed = false;
        foreach (var gone in _known.Keys.Except(found.Keys).ToList())
        {
            _known.Remove(gone);
            _troubles.Remove(gone);
            changed = true;
        }

        foreach (var (identifier, fingerprint) in found)
        {
            if (!all && _known.TryGetValue(identifier, out var known) && known.Fingerprint == fingerprint && IsFresh(known))
            {
                continue;
            }

            changed |= await TryDescribeAsync(identifier, fingerprint, cancellationToken);
        }

        return ([.. _known.Values.Select(known => known.Table).OrderBy(table => table.Namespace, StringComparer.Ordinal).ThenBy(table => table.Name, StringComparer.Ordinal)], changed);
    }

    private bool IsFresh(Known known) => !coldTables.AreInRestCatalog || known.Table.Cold is null || time.GetElapsedTime(known.At) < RestInterval;

    private async Task<Dictionary<TableIdentifier, string>> FindAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<TableIdentifier, string>();
        foreach (var (name, fingerprint) in await fingerprints.ReadAsync(cancellationToken))
        {
            Add(TableRegistry.NamespaceOf(name.Schema), name.Name, fingerprint);
        }

        foreach (var (identifier, version) in await coldTables.ListVersionsAsync(cancellationToken))
        {
            Add(identifier.Namespace, identifier.Name, version ?? "");
        }

        return found;

        void Add(string tableNamespace, string name, string fingerprint)
        {
            if (TypedTables.IsTyped(tableNamespace, name) && TableRegistry.TryIdentifier(tableNamespace, name) is { } identifier)
            {
                found[identifier] = found.GetValueOrDefault(identifier) + "|" + fingerprint;
            }
        }
    }

    private async Task<bool> TryDescribeAsync(TableIdentifier identifier, string fingerprint, CancellationToken cancellationToken)
    {
        try
        {
            var at = time.GetTimestamp();
            var isFollowed = await TryFollowAsync(identifier, cancellationToken);
            if (await registry.DescribeAsync(identifier.Namespace, identifier.Name, cancellationToken) is not { } table)
            {
                return _known.Remove(identifier);
            }

            _known[identifier] = new Known(table, isFollowed ? fingerprint : "", at);
            _troubles.Remove(identifier);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with one table must not keep the others out of the schema; it is looked up again in the next round.
            if (_troubles.GetValueOrDefault(identifier) != error.Message)
            {
                _troubles[identifier] = error.Message;
                Log.NotDescribed(logger, error, identifier.ToString());
            }

            return false;
        }
    }

    /// <summary>The cold half of a table has the names of the hot one from now on, for other engines and for those who change rows.</summary>
    /// <returns>False: not yet; to be tried again in the next round.</returns>
    private async Task<bool> TryFollowAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        try
        {
            await columns.FollowAsync(new TableName(TableRegistry.SchemaOf(identifier.Namespace), identifier.Name), cancellationToken);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.NotFollowed(logger, error, identifier.ToString());
            return false;
        }
    }

    private sealed record Known(RegisteredTable Table, string Fingerprint, long At);

    private static partial class Log
    {
        [LoggerMessage(6100, LogLevel.Warning, "Table '{Table}' cannot be described; the schema keeps what it had of it, or goes without")]
        public static partial void NotDescribed(ILogger logger, Exception error, string table);

        [LoggerMessage(6106, LogLevel.Warning, "The cold table of '{Table}' has not been told the names of its columns yet; queries find them all the same")]
        public static partial void NotFollowed(ILogger logger, Exception error, string table);
    }
}
