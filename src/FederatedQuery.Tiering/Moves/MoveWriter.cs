using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Tiering.Moves;

/// <summary>Streams exported rows into data files of the cold table.</summary>
public sealed class MoveWriter(DuckDbEngine engine, HotScanRegistry scans, ColdAppender appender)
{
    private const string Relation = "move_rows";

    /// <exception cref="InvalidOperationException">Other rows arrived than the export counted.</exception>
    public async Task<ColdFiles> WriteAsync(MoveExport export, CatalogTable table, string timeColumn, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        using var scan = scans.Register(export.Scan(table.Metadata.CurrentSchema));
        var dropped = table.Metadata.CurrentSchema.Fields.Where(field => export.Source.FindColumn(field.Name) is null)
            .Select(field => $", NULL AS {DuckDBSql.QuoteIdentifier(field.Name)}");
        var rows = $"SELECT *{string.Concat(dropped)} FROM {scan.Sql}";
        var type = table.Metadata.CurrentSchema.FindField(timeColumn)!.Type;
        var partition = ColdLayout.PartitionOfDay(table.Metadata, timeColumn, MoveUnits.StartOf(export.Rows.Unit.Day, type));
        var files = partition is not null
            ? await appender.WritePartitionAsync(lease.Connection, rows, table.Metadata, partition, cancellationToken)
            : await WritePartitionsAsync(lease, rows, table, cancellationToken);
        if (files.Rows == export.Rows.Rows)
        {
            return files;
        }

        await appender.DeleteAsync(files, CancellationToken.None);
        throw new InvalidOperationException(
            $"{files.Rows} rows of '{export.Rows.Unit.Source}' were written where the same snapshot counted {export.Rows.Rows}; nothing was moved.");
    }

    /// <summary>Rows of several partitions are needed once for each: read from PostgreSQL once, kept (or spilled) by DuckDB.</summary>
    private async Task<ColdFiles> WritePartitionsAsync(DuckDBConnectionLease lease, string rows, CatalogTable table, CancellationToken cancellationToken)
    {
        try
        {
            await lease.Connection.ExecuteAsync($"CREATE TEMP TABLE {Relation} AS {rows}", cancellationToken);
            return await appender.WriteAsync(lease.Connection, Relation, table.Metadata, timeColumn: null, written: null, cancellationToken);
        }
        finally
        {
            // With its connection the temporary table ends.
            lease.Discard();
        }
    }
}
