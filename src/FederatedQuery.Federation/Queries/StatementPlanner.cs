using System.Diagnostics;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Queries;

/// <summary>Puts, for each table that a statement names, the scans of its tiers in its place, with the conditions that reach it pushed down.</summary>
internal sealed class StatementPlanner(
    DuckDBConnection connection, ColdTables coldTables, HotScanRegistry hotScans, CancellationToken cancellationToken) : IDisposable
{
    private readonly ConstantEvaluator _constants = new(connection, cancellationToken);

    public List<HotScanLease> Hot { get; } = [];

    public List<ColdScan> Cold { get; } = [];

    /// <summary>The files of <see cref="Cold"/>, held until this is disposed of.</summary>
    public FileLeases ColdFiles { get; private set; } = FileLeases.None;

    /// <summary>Planning and bringing the files.</summary>
    public TimeSpan ColdPlanning { get; private set; }

    /// <summary>Plans both tiers of each table and edits the statement.</summary>
    public async Task FederateAsync(
        SqlStatement statement, IReadOnlyList<(TableReference Reference, RegisteredTable Table)> tables, ReadSession session)
    {
        foreach (var (reference, table) in tables)
        {
            var predicate = await PushAsync(reference, table.Schema, table.JsonFieldIds);
            var parts = new List<string>();
            if (table.Hot is not null)
            {
                parts.Add(HotPart(table, session, predicate));
            }

            if (session.Cold(table) is { } cold && await ColdPartAsync(TableScan(cold, null, null), table.Schema, table.JsonFieldIds, predicate) is { } part
                && (part.Scan.FilesRead > 0 || parts.Count == 0))
            {
                parts.Add(part.Sql);
            }

            await ScanSubstitution.ApplyAsync(connection, reference, string.Join(" UNION ALL ", parts), cancellationToken);
        }

        await OpenColdAsync();
        ScanSubstitution.Unqualify(statement.Tree, tables.Select(table => table.Reference));
    }

    /// <summary>Plans the cold tier of each table alone, at some moment or snapshot of the past if asked for.</summary>
    public async Task ReadColdAsync(
        SqlStatement statement, IReadOnlyList<(TableReference Reference, ColdTable Table)> tables, DateTimeOffset? asOf, long? snapshotId)
    {
        foreach (var (reference, table) in tables)
        {
            var scan = TableScan(table, asOf, snapshotId);
            var predicate = await PushAsync(reference, scan.Schema, table.JsonFieldIds);
            var part = await ColdPartAsync(scan, scan.Schema, table.JsonFieldIds, predicate);
            await ScanSubstitution.ApplyAsync(connection, reference, part.Sql, cancellationToken);
        }

        await OpenColdAsync();
        ScanSubstitution.Unqualify(statement.Tree, tables.Select(table => table.Reference));
    }

    /// <summary>Gives back what the statement's scans hold, in both tiers.</summary>
    public void Dispose()
    {
        Hot.ForEach(scan => scan.Dispose());
        ColdFiles.Dispose();
    }

    private Task<Expression> PushAsync(TableReference reference, Schema schema, IReadOnlySet<int> jsonFieldIds) =>
        new PredicatePusher(reference, schema, _constants, jsonFieldIds).PushAsync();

    private string HotPart(RegisteredTable table, ReadSession session, Expression predicate)
    {
        var lease = hotScans.Register(new HotScan(session.Hot, table.Hot!, table.Schema, predicate));
        Hot.Add(lease);
        return $"SELECT {ColumnList(table.Schema, table.JsonFieldIds)} FROM {lease.Sql} AS hot";
    }

    private async Task<(string Sql, ColdScan Scan)> ColdPartAsync(
        Iceberg.Scan.TableScan tableScan, Schema schema, IReadOnlySet<int> jsonFieldIds, Expression predicate)
    {
        var started = Stopwatch.GetTimestamp();
        var scan = await coldTables.PlanAsync(tableScan, schema, predicate, cancellationToken);
        ColdPlanning += Stopwatch.GetElapsedTime(started);
        Cold.Add(scan);
        return ($"SELECT {ColumnList(schema, jsonFieldIds)} FROM ({scan.SelectSql(Variable(Cold.Count))}) AS cold", scan);
    }

    /// <summary>Brings the files of all scans at once: scans that took theirs one by one could wait for each other's room in the cache.</summary>
    private async Task OpenColdAsync()
    {
        var started = Stopwatch.GetTimestamp();
        ColdFiles = await coldTables.OpenAsync(Cold, cancellationToken);
        ColdPlanning += Stopwatch.GetElapsedTime(started);
        foreach (var (index, scan) in Cold.Index())
        {
            if (scan.FilesRead > 0)
            {
                await connection.ExecuteAsync(scan.VariableSql(Variable(index + 1)), cancellationToken);
            }
        }
    }

    private static string Variable(int number) => $"cold_{number}";

    private static Iceberg.Scan.TableScan TableScan(ColdTable table, DateTimeOffset? asOf, long? snapshotId)
    {
        var scan = table.Scan;
        return (asOf, snapshotId) switch
        {
            (_, { } id) => scan.AtSnapshot(id),
            ({ } moment, _) => scan.AtTime(moment.ToUnixTimeMilliseconds()),
            _ => scan,
        };
    }

    /// <summary>Both sides of the UNION ALL say their columns in one order and one type; text that holds JSON becomes JSON.</summary>
    private static string ColumnList(Schema schema, IReadOnlySet<int> jsonFieldIds) => string.Join(", ", schema.Fields.Select(field =>
    {
        var name = DuckDBSql.QuoteIdentifier(field.Name);
        return $"{name}::{(jsonFieldIds.Contains(field.Id) ? DuckDBLogicalType.Json : DuckDbTypes.Of(field.Type))} AS {name}";
    }));
}
