using System.Globalization;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.Cold.Scanning.Schemas;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Cold.Scanning.Extension;

/// <summary>Scans handed to DuckDB's iceberg extension: the same metadata file, the same snapshot, its own planning and reading.</summary>
internal static class ExtensionScan
{
    /// <summary>Tables that lie elsewhere than their metadata says are read by this project: the extension knows nothing of location maps.</summary>
    public static bool CanRead(TableScan scan) => scan.Locations is { Map.IsEmpty: true, MetadataLocation: not null };

    /// <returns>The path of the table's metadata file.</returns>
    /// <exception cref="IcebergException">Unsupported: it is not on local disk.</exception>
    /// <exception cref="ObjectStoreException">It is in no store.</exception>
    public static string MetadataPath(TableScan scan)
    {
        var location = scan.Locations!.Resolve(scan.Locations.MetadataLocation!);
        return location.TryGetLocalPath() ?? throw new IcebergException(
            IcebergErrorKind.Unsupported, $"'{location}' is not on local disk, where DuckDB's iceberg extension reads; set COLD_READER=native.");
    }

    /// <summary>A SELECT of the columns under their names and types.</summary>
    public static string Select(string metadataPath, long snapshotId, IReadOnlyList<ScanColumn> columns)
    {
        var items = columns.Select(column => $"{(column.Source is { } source ? Value(source) : "NULL")}::{column.Type} AS {DuckDBSql.QuoteIdentifier(column.Name)}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {string.Join(", ", items)} FROM iceberg_scan({DuckDBSql.QuoteLiteral(metadataPath)}, snapshot_from_id = {snapshotId})");
    }

    /// <summary>The extension reads by the same reader of Parquet files, and their Bloom filters.</summary>
    private static string Value(NestedField column)
    {
        var name = DuckDBSql.QuoteIdentifier(column.Name);
        return column.Type is FloatType or DoubleType ? ColumnSql.WithEitherZero(name) : ColumnSql.Compared(column.Type, name);
    }
}
