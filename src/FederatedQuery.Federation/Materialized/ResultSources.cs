using FederatedQuery.Cold;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Hot.Writes;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Scan;

namespace FederatedQuery.Federation.Materialized;

/// <summary>The tables that a statement reads, as its own read session sees them: what a stored result is judged by, and recorded with.</summary>
internal sealed class ResultSources
{
    private readonly IReadOnlyList<(TableIdentifier Table, ColdTable? Cold, TableScan? Scan)> _cold;
    private readonly IReadOnlyList<RegisteredTable> _described;
    private readonly ReadSession? _session;

    private ResultSources(
        IReadOnlyList<(TableIdentifier Table, ColdTable? Cold, TableScan? Scan)> cold, IReadOnlyList<RegisteredTable> described, ReadSession? session)
    {
        _cold = cold;
        _described = described;
        _session = session;
        HotTables = HotTablesOf(described);
    }

    /// <summary>Names whose hot side counts, in a fixed order: those of cold tables too, which may get one. Empty where the hot tier is not asked.</summary>
    public IReadOnlyList<TableName> HotTables { get; }

    public IEnumerable<string> Tables => _cold.Select(source => source.Table.ToString());

    public static ResultSources OfBothTiers(IEnumerable<RegisteredTable> tables, ReadSession session)
    {
        var described = tables.DistinctBy(table => table.Identifier).OrderBy(table => table.Identifier.ToString(), StringComparer.Ordinal).ToList();
        return new ResultSources([.. described.Select(table => (table.Identifier, session.Cold(table), session.Cold(table)?.Scan))], described, session);
    }

    /// <exception cref="Iceberg.IcebergException">NotFound: a table has no such snapshot, branch or tag.</exception>
    public static ResultSources OfCold(IEnumerable<ColdTable> tables, TimeTravel timeTravel) => new(
        [
            .. tables.DistinctBy(table => table.Identifier).OrderBy(table => table.Identifier.ToString(), StringComparer.Ordinal)
                .Select(table => (table.Identifier, (ColdTable?)table, (TableScan?)timeTravel.Of(table.Scan))),
        ],
        [], null);

    public static IReadOnlyList<TableName> HotTablesOf(IEnumerable<RegisteredTable> tables) =>
    [
        .. tables.Select(table => new TableName(TableRegistry.SchemaOf(table.Namespace), table.Name)).Distinct()
            .OrderBy(name => name.Schema, StringComparer.Ordinal).ThenBy(name => name.Name, StringComparer.Ordinal),
    ];

    /// <summary>What the tables hold, to be recorded with a result of this session. Not while a scan may run.</summary>
    public async Task<ResultStamp> StampAsync(CancellationToken cancellationToken)
    {
        var cold = _cold.Select(source => ColdState.Of(source.Table.ToString(), source.Cold, source.Scan)).ToList();
        if (_session is null)
        {
            return new ResultStamp(cold, null, null);
        }

        var hot = await TableWrites.ReadAsync(_session.Hot.Transaction, HotTables, cancellationToken);
        return new ResultStamp(cold, hot, hot.Untracked ?? (await IsDescribedRightAsync(cancellationToken) ? null : "a table's columns were changed just now"));
    }

    /// <summary>Whether the tables hold what they held then, seen from this session.</summary>
    public async Task<bool> AreStillAsync(ResultStamp stamp, CancellationToken cancellationToken)
    {
        if (stamp.Cold.Count != _cold.Count || stamp.Hot is null != _session is null)
        {
            return false;
        }

        for (var i = 0; i < _cold.Count; i++)
        {
            if (stamp.Cold[i].Table != _cold[i].Table.ToString() || !stamp.Cold[i].IsStill(_cold[i].Cold, _cold[i].Scan))
            {
                return false;
            }
        }

        return _session is null || await TableWrites.IsUnchangedAsync(
            _session.Hot.Transaction, HotTables, stamp.Hot!.Fingerprint, stamp.Hot.Relations, stamp.Hot.Snapshot, cancellationToken);
    }

    /// <summary>
    /// Statements are planned by descriptions of tables that are some seconds old at most. One that was out of date gave an answer that nobody would get a minute
    /// later.
    /// </summary>
    private async Task<bool> IsDescribedRightAsync(CancellationToken cancellationToken)
    {
        foreach (var table in _described)
        {
            var hot = await PostgresIntrospector.FindAsync(_session!.Hot.Connection, new TableName(TableRegistry.SchemaOf(table.Namespace), table.Name), cancellationToken);
            var isRight = (table.Hot, hot) switch
            {
                (null, null) => table.Cold is { } then && _session.Cold(table) is { } now
                    && then.Metadata.CurrentSchema.Equals(now.Metadata.CurrentSchema) && then.JsonFieldIds.SetEquals(now.JsonFieldIds),
                ({ } then, { } now) => then.Oid == now.Oid && then.ColumnList == now.ColumnList && then.Schema.Equals(now.Schema) && then.JsonFieldIds.SetEquals(now.JsonFieldIds),
                _ => false,
            };
            if (!isRight)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What a statement's tables held when it ran.</summary>
/// <param name="Cold">One for each table, by name.</param>
/// <param name="Hot">Null: the hot tier was not asked.</param>
/// <param name="Unstorable">Why a result with this stamp cannot be kept, as the end of a sentence; null: it can.</param>
internal sealed record ResultStamp(IReadOnlyList<ColdState> Cold, HotContent? Hot, string? Unstorable);
