using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Tests.Spec;

public class PartitionSpecUpdateTests
{
    private static readonly Schema Columns = new(
        0,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.RequiredField(2, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(3, "name", IcebergType.String));

    [Fact]
    public void UpdatePartitionSpec_AddRemoveRename_KeepsFieldIds()
    {
        var table = Table().UpdatePartitionSpec(spec => spec.Add("id", Transform.Bucket(16)).Add("name", Transform.Truncate(4)).Add("name", Transform.Identity));
        Assert.Equal("spec 1: [1000: at_day: day(2); 1001: id_bucket_16: bucket[16](1); 1002: name_trunc_4: truncate[4](3); 1003: name: identity(3)]", table.DefaultSpec.ToString());

        table = table.UpdatePartitionSpec(spec => spec.Remove("id_bucket_16").Remove("name").Rename("at_day", "day"));
        Assert.Equal("spec 2: [1000: day: day(2); 1002: name_trunc_4: truncate[4](3)]", table.DefaultSpec.ToString());

        table = table.UpdatePartitionSpec(spec => spec.Remove("day").Add("at", Transform.Hour).Add("id", Transform.Bucket(16)));
        Assert.Equal("spec 3: [1002: name_trunc_4: truncate[4](3); 1004: at_hour: hour(2); 1001: id_bucket_16: bucket[16](1)]", table.DefaultSpec.ToString());
        Assert.Equal((4, 1004), (table.PartitionSpecs.Length, table.LastPartitionId));
        Assert.Equal(table.ToJson().ToArray(), TableMetadata.Parse(table.ToJson()).ToJson().ToArray());
    }

    public static TheoryData<string, Action<PartitionSpecUpdate>> Refused => new()
    {
        { "the table is partitioned so already ('at_day')", spec => spec.Add("at", Transform.Day, "again") },
        { "the table is partitioned by the day of 'at' already ('at_day'); remove that first", spec => spec.Add("at", Transform.Hour) },
        { "There is no partition field 'x' in table 's3://b/t'; there are 'at_day'.", spec => spec.Remove("x") },
        { "There is no column 'x' in table", spec => spec.Add("x", Transform.Identity) },
        { "there is a partition field of that name", spec => spec.Add("id", Transform.Identity, "at_day") },
        { "The partition field 'name' (bucket[4]) has the name of a column", spec => spec.Add("id", Transform.Bucket(4), "name") },
        { "the transform 'day' does not apply to the column 'id' of type long", spec => spec.Add("id", Transform.Day) },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void UpdatePartitionSpec_WhatTheTableDoesNotAllow_IsRefused(string reason, Action<PartitionSpecUpdate> step) =>
        Assert.Contains(reason, Assert.Throws<IcebergException>(() => Table().UpdatePartitionSpec(step)).Message);

    private static TableMetadata Table() => TableMetadataChanges.Create(
        Guid.Empty, "s3://b/t", Columns, new PartitionSpec(0, new PartitionField(2, 1000, "at_day", Transform.Day)), SortOrder.Unsorted, [], nowMs: 0);
}
