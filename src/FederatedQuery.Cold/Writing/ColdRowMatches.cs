using System.Globalization;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;

namespace FederatedQuery.Cold.Writing;

/// <summary>Finds the rows of one state of a cold table that match a predicate, for changes that take exactly those out of it. Safe for concurrent use.</summary>
public sealed class ColdRowMatches
{
    /// <summary>Data files that are looked through by one statement.</summary>
    private const int FilesPerScan = 100;

    private readonly ColdScans _scans;
    private readonly DuckDbEngine _engine;
    private readonly PositionDeleteWriter _writer;
    private readonly ColdAppender _appender;
    private readonly TableCommitter _committer;

    internal ColdRowMatches(ColdScans scans, DuckDbEngine engine, PositionDeleteWriter writer, ColdAppender appender, TableCommitter committer) =>
        (_scans, _engine, _writer, _appender, _committer) = (scans, engine, writer, appender, committer);

    /// <summary>Whether any file may hold such rows, by the table's metadata alone.</summary>
    /// <param name="predicate">Over the names of columns; of those that the table lacks nothing is known.</param>
    /// <exception cref="Iceberg.IcebergException">InvalidExpression: the predicate does not suit the table.</exception>
    public async Task<bool> MayHaveAnyAsync(ColdTable table, Expression predicate, CancellationToken cancellationToken) =>
        !(await PlanAsync(table, predicate, cancellationToken)).Tasks.IsEmpty;

    /// <summary>Whether there is such a row. Reads the columns that the predicate names, and no others.</summary>
    /// <inheritdoc cref="FindAsync"/>
    public async Task<bool> AnyAsync(ColdTable table, Schema schema, Expression predicate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        var plan = await PlanAsync(table, predicate, cancellationToken);
        var columns = ColumnsOf(plan.Scan.Schema, schema);
        var condition = RowCondition.Of(columns, predicate.Bind(columns), MetadataColumns.RowPosition);
        using var lease = await _engine.Pool.RentAsync(cancellationToken);
        foreach (var tasks in plan.Tasks.Chunk(FilesPerScan))
        {
            var scan = _scans.Of(plan with { Tasks = [.. tasks] }, condition.Columns);
            using var open = await _scans.OpenOnAsync(lease.Connection, scan, cancellationToken);
            using var result = await lease.Connection.QueryAsync(
                $"SELECT 1 FROM ({scan.SelectSql}) AS {RowCondition.Relation} WHERE {condition.Sql} LIMIT 1", null, cancellationToken);
            using var chunk = await result.ReadChunkAsync(cancellationToken);
            if (chunk is { Count: > 0 })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds the rows and keeps them: in a temporary table of DuckDB, which spills to disk.</summary>
    /// <param name="schema">What the predicate is over. Columns that the table lacks are null in all of its rows.</param>
    /// <param name="predicate">Two-valued as everywhere here: negations match nulls too.</param>
    /// <param name="most">So many are looked for.</param>
    /// <returns>To be disposed of; with more rows than <paramref name="most"/> when there are more, and then not all.</returns>
    /// <inheritdoc cref="MayHaveAnyAsync"/>
    public async Task<ColdRowMatch> FindAsync(ColdTable table, Schema schema, Expression predicate, long most, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(schema);
        var plan = await PlanAsync(table, predicate, cancellationToken);
        var columns = ColumnsOf(plan.Scan.Schema, schema);
        var condition = RowCondition.Of(columns, predicate.Bind(columns), columns.Fields.Append(MetadataColumns.FilePath).Append(MetadataColumns.RowPosition));
        var lease = await _engine.Pool.RentAsync(cancellationToken);
        var match = new ColdRowMatch(lease, table, plan, condition.Columns, _writer, _appender, _committer);
        try
        {
            var isMade = false;
            foreach (var tasks in plan.Tasks.Chunk(FilesPerScan))
            {
                var scan = _scans.Of(plan with { Tasks = [.. tasks] }, condition.Columns);
                using var open = await _scans.OpenOnAsync(lease.Connection, scan, cancellationToken);
                var select = string.Create(
                    CultureInfo.InvariantCulture,
                    $"SELECT * FROM ({scan.SelectSql}) AS {RowCondition.Relation} WHERE {condition.Sql} LIMIT {most + 1 - match.Rows}");
                await lease.Connection.ExecuteAsync(
                    isMade ? $"INSERT INTO {ColdRowMatch.Table} {select}" : $"CREATE TEMP TABLE {ColdRowMatch.Table} AS {select}", cancellationToken);
                isMade = true;
                await match.CountAsync(cancellationToken);
                if (match.Rows > most)
                {
                    break;
                }
            }

            return match;
        }
        catch
        {
            match.Dispose();
            throw;
        }
    }

    /// <summary>The table's columns, and behind them those that it lacks and that a predicate may name. What was required later than a file was written may be null in it.</summary>
    private static Schema ColumnsOf(Schema table, Schema wanted) => new(
        0,
        [
            .. table.Fields.Select(field => field with { Required = false }),
            .. wanted.Fields.Where(field => field.Type is PrimitiveType && table.Fields.All(own => own.Name != field.Name))
                .Select((field, i) => new NestedField(-1 - i, field.Name, field.Type, required: false)),
        ]);

    private Task<ScanPlan> PlanAsync(ColdTable table, Expression predicate, CancellationToken cancellationToken)
    {
        var scan = table.Scan;
        return _scans.PlanFilesAsync(scan with { Filter = KnownColumns.In(predicate, scan.Schema, NameMapping.Of(scan.Table)) }, cancellationToken);
    }
}
