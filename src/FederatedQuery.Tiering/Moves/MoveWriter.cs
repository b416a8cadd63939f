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
    /// <exception cref="InvalidOperationException">Other rows arrived than the export counted.</exception>
    public async Task<ColdFiles> WriteAsync(MoveExport export, CatalogTable table, CancellationToken cancellationToken)
    {
        using var lease = await engine.Pool.RentAsync(cancellationToken);
        using var scan = scans.Register(export.Scan(table.Metadata.CurrentSchema));
        var dropped = table.Metadata.CurrentSchema.Fields.Where(field => export.Source.FindColumn(field.Name) is null)
            .Select(field => $", NULL AS {DuckDBSql.QuoteIdentifier(field.Name)}");
        var rows = $"SELECT *{string.Concat(dropped)} FROM {scan.Sql}";
        var type = table.Metadata.CurrentSchema.FindField(export.TimeColumn)!.Type;
        var partition = ColdLayout.PartitionOfDay(table.Metadata, export.TimeColumn, MoveUnits.StartOf(export.Rows.Unit.Day, type));
        var files = partition is not null
            ? await appender.WritePartitionAsync(lease.Connection, rows, table, partition, cancellationToken)
            : await appender.WriteOnceAsync(lease.Connection, rows, table, timeColumn: null, written: null, cancellationToken);
        if (files.Rows == export.Rows.Rows)
        {
            return files;
        }

        await appender.DeleteAsync(files, CancellationToken.None);
        throw new InvalidOperationException(
            $"{files.Rows} rows of '{export.Rows.Unit.Source}' were written where the same snapshot counted {export.Rows.Rows}; nothing was moved.");
    }
}
