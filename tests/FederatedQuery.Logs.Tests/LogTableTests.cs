using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Tests;

public class LogTableTests
{
    [Fact]
    public void Schema_KeyTimeAndJson_AreColumnsOfTheirTypes()
    {
        Assert.Equal(IcebergType.Uuid, LogTable.Schema.FindField(LogTable.KeyColumn)?.Type);
        Assert.Equal(IcebergType.Timestamptz, LogTable.Schema.FindField(LogTable.TimeColumn)?.Type);
        Assert.All(LogTable.JsonFieldIds, id => Assert.Equal(IcebergType.String, LogTable.Schema.FindField(id)?.Type));
    }
}
