using FederatedQuery.Cold.Scanning.Extension;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Tests.Scanning;

public class ExtensionScanTests
{
    [Fact]
    public void Select_NamesOfAllKinds_AreQuotedAndTheSnapshotNamed()
    {
        var sql = ExtensionScan.Select(
            "/data/it's/v1.metadata.json",
            9_007_199_254_740_993,
            [
                new ScanColumn("a\"b", DuckDBLogicalType.BigInt, NestedField.OptionalField(1, "a\"b", IcebergType.Long)),
                new ScanColumn("new", DuckDBLogicalType.Varchar, null),
                new ScanColumn("f", DuckDBLogicalType.Double, NestedField.OptionalField(2, "f", IcebergType.Double)),
            ]);

        Assert.Equal(
            "SELECT \"a\"\"b\"::BIGINT AS \"a\"\"b\", NULL::VARCHAR AS \"new\", (-(-\"f\"))::DOUBLE AS \"f\" "
            + "FROM iceberg_scan('/data/it''s/v1.metadata.json', snapshot_from_id = 9007199254740993)",
            sql);
    }
}
