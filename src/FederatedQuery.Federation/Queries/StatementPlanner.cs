using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Federation.Telemetry;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Queries;

/// <summary>Puts, for each table that a statement names, the scans of its tiers in its place, with the conditions that reach it pushed down.</summary>
internal sealed class StatementPlanner(
    DuckDBConnection connection, ColdTables coldTables, HotScanRegistry hotScans, CancellationToken cancellationToken) : IDisposable
{
    private const string Unnamed = "\" \"";

    private const string LeftOut = "This column was not fetched.";

    /// <summary>The span of the whole read: scans are parts of it, not of their planning.</summary>
    private readonly ActivityContext? _read = Activity.Current?.Context;

    private readonly ConstantEvaluator _constants = new(connection, cancellationToken);
    private readonly List<Part> _parts = [];
    private OpenScans _open = OpenScans.None;

    public List<HotScanLease> Hot { get; } = [];

    public List<PlannedColdRead> Cold { get; } = [];

    /// <summary>The files of <see cref="Cold"/>, held until this is disposed of.</summary>
    public FileLeases ColdFiles => _open.Files;

    /// <summary>Planning and bringing the files.</summary>
    public TimeSpan ColdPlanning { get; private set; }

    /// <summary>Plans both tiers of each table, by metadata alone.</summary>
    public async Task PlanAsync(
        SqlStatement statement, IReadOnlyList<(TableReference Reference, RegisteredTable Table)> tables, ReadSession session, bool allColumns)
    {
        using var step = ReadTelemetry.Step("federation.plan");
        var use = allColumns ? ColumnUse.All : ColumnUse.Of(statement.Tree);
        foreach (var (reference, table) in tables)
        {
            var predicate = await PushAsync(reference, table.Schema, table.JsonFieldIds);
            var found = session.Cold(table);
            var read = use.Restrict(table.Schema.Fields, reference);
            var isRestricted = read.Count < table.Schema.Fields.Length;
            var hot = table.Hot is not null ? await HotPartAsync(table, session, predicate, isRestricted, hasCold: found is not null) : null;
            var cold = found is not null ? await PlanColdAsync(found.Scan, read, predicate, table) : null;
            _parts.Add(new Part(reference, hot, cold, table.Schema.Fields, table.JsonFieldIds, isRestricted));
        }
    }

    /// <summary>Plans the cold tier of each table alone, in a state of the past if asked for, by metadata alone.</summary>
    public async Task PlanColdAsync(
        SqlStatement statement, IReadOnlyList<(TableReference Reference, RegisteredTable Table, ColdTable Cold)> tables, TimeTravel timeTravel, bool allColumns)
    {
        using var step = ReadTelemetry.Step("federation.plan");
        var use = allColumns ? ColumnUse.All : ColumnUse.Of(statement.Tree);
        foreach (var (reference, table, cold) in tables)
        {
            var scan = timeTravel.Of(cold.Scan);
            var columns = RowLineageColumns.Add(scan, statement);
            var predicate = await PushAsync(reference, scan.Schema, cold.JsonFieldIds);
            var read = use.Restrict(columns, reference);
            var planned = await PlanColdAsync(scan, read, predicate, table);
            _parts.Add(new Part(reference, Hot: null, planned, columns, cold.JsonFieldIds, IsRestricted: read.Count < columns.Count));
        }
    }

    /// <summary>Brings the cold files of what was planned, and edits the statement.</summary>
    public async Task OpenAsync(SqlStatement statement)
    {
        await OpenColdAsync();
        foreach (var part in _parts)
        {
            var cold = part.Cold is { } scan && (scan.FilesRead > 0 || part.Hot is null) ? ColdPart(scan, part) : null;
            await ScanSubstitution.ApplyAsync(connection, part.Reference, string.Join(" UNION ALL ", new[] { part.Hot, cold }.OfType<string>()), cancellationToken);
        }

        ScanSubstitution.Unqualify(statement.Tree, _parts.Select(part => part.Reference));
        DistinctFrom.Rewrite(statement.Tree);
    }

    /// <summary>
    /// Instead of <see cref="OpenAsync"/>: has DuckDB bind the statement to empty tables with the columns of what was planned, so that names and types which do not
    /// suit fail as they would when it runs, without a file being opened.
    /// </summary>
    /// <exception cref="DuckDBException">What DuckDB says when the statement is run.</exception>
    public async Task BindAsync(SqlStatement statement)
    {
        foreach (var part in _parts)
        {
            var columns = part.Columns.Zip(DuckDbNames.Of(part.Columns), (field, name) =>
                $"NULL::{TypeOf(field, part.JsonFieldIds)} AS {DuckDBSql.QuoteIdentifier(name)}");
            await ScanSubstitution.ApplyAsync(connection, part.Reference, $"SELECT {string.Join(", ", columns)} WHERE false", cancellationToken);
        }

        ScanSubstitution.Unqualify(statement.Tree, _parts.Select(part => part.Reference));
        using var prepared = connection.Prepare(await statement.ToSqlAsync(connection, cancellationToken));
    }

    /// <summary>Whether a statement failed because it does read a column that it seemed not to.</summary>
    public static bool IsOfLeftOutColumn(DuckDBException error) => error.Message.Contains(LeftOut, StringComparison.Ordinal);

    /// <summary>Gives back what the statement's scans hold, in both tiers.</summary>
    public void Dispose()
    {
        Hot.ForEach(scan => scan.Dispose());
        _open.Dispose();
    }

    private Task<Expression> PushAsync(TableReference reference, Schema schema, IReadOnlySet<int> jsonFieldIds) =>
        new PredicatePusher(reference, schema, _constants, jsonFieldIds).PushAsync();

    /// <returns>Null where the hot tier holds no row that could matter, and the cold tier says the table's columns.</returns>
    private async Task<string?> HotPartAsync(RegisteredTable table, ReadSession session, Expression predicate, bool isRestricted, bool hasCold)
    {
        var scan = new HotScan(session.Hot, table.Hot!, table.Schema, predicate) { Parent = _read };
        if (hasCold && await HotRouting.IsEmptyAsync(table, scan, predicate, cancellationToken))
        {
            return null;
        }

        var lease = hotScans.Register(scan);
        Hot.Add(lease);
        return $"SELECT {ColumnList(table.Schema.Fields, table.JsonFieldIds, isRestricted)} FROM {lease.Sql} AS hot";
    }

    private async Task<ColdScan> PlanColdAsync(
        TableScan tableScan, IReadOnlyList<NestedField> columns, Expression predicate, RegisteredTable table)
    {
        var started = Stopwatch.GetTimestamp();
        var scan = await coldTables.PlanAsync(tableScan, columns, predicate, cancellationToken);
        ColdPlanning += Stopwatch.GetElapsedTime(started);
        Cold.Add(new PlannedColdRead(table.ToString(), table.Tiering?.TimeColumn, scan));
        return scan;
    }

    private static string ColdPart(ColdScan scan, Part part) =>
        $"SELECT {ColumnList(part.Columns, part.JsonFieldIds, part.IsRestricted, scan.ColumnNames)} FROM ({scan.SelectSql}) AS cold";

    /// <summary>Brings the files of all scans at once: scans that took theirs one by one could wait for each other's room in the cache.</summary>
    private async Task OpenColdAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _open = await coldTables.OpenAsync([.. Cold.Select(read => read.Scan)], cancellationToken);
        ColdPlanning += Stopwatch.GetElapsedTime(started);
        foreach (var setup in Cold.SelectMany(read => read.Scan.SetupSql))
        {
            await connection.ExecuteAsync(setup, cancellationToken);
        }
    }

    /// <summary>
    /// Both sides of the UNION ALL say their columns in one order and one type; text that holds JSON becomes JSON. Of a statement that may not read all of them, a column that no statement names
    /// comes first: where DuckDB needs none, as to count rows, it takes the first, which might not have been fetched.
    /// </summary>
    /// <param name="read">The columns that are read; the others are there by name and type, so that messages about names are right, but not to be read.</param>
    private static string ColumnList(IReadOnlyList<NestedField> columns, IReadOnlySet<int> jsonFieldIds, bool isRestricted, IReadOnlySet<string>? read = null) =>
        string.Join(", ", (isRestricted ? [$"NULL::BOOLEAN AS {Unnamed}"] : Enumerable.Empty<string>()).Concat(columns.Zip(DuckDbNames.Of(columns), (field, called) =>
        {
            var name = DuckDBSql.QuoteIdentifier(called);
            var value = read is null || read.Contains(called) ? name : $"error({DuckDBSql.QuoteLiteral(LeftOut)})";
            return $"{value}::{TypeOf(field, jsonFieldIds)} AS {name}";
        })));

    private static DuckDBLogicalType TypeOf(NestedField field, IReadOnlySet<int> jsonFieldIds) =>
        jsonFieldIds.Contains(field.Id) ? DuckDBLogicalType.Json : DuckDbTypes.Of(field.Type);

    /// <summary>What takes the place of a table in the statement.</summary>
    /// <param name="Hot">A SELECT; null: the hot tier is not read.</param>
    /// <param name="IsRestricted">Whether the statement names all columns that it reads.</param>
    private sealed record Part(
        TableReference Reference, string? Hot, ColdScan? Cold, IReadOnlyList<NestedField> Columns, IReadOnlySet<int> JsonFieldIds, bool IsRestricted);
}
