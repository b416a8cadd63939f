using FederatedQuery.Cold;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Tests.Tables;

public class TableConfiguratorTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Configure_ATable_MakesAColdTableAlike()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY, made date NOT NULL, region text, doc jsonb)");

        var table = await tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = "t", TimeColumn = "made", HotDays = 3, PartitionBy = ["region"] }, CancellationToken.None);

        Assert.Equal(("default", "t", "made", 3, null), (table.Namespace, table.Name, table.TimeColumn, table.HotDays, table.ColdDays));
        var cold = (await tiers.Get<ColdCatalog>().Current.LoadTableAsync(new TableIdentifier("default", "t"), CancellationToken.None)).Metadata;
        Assert.Equal(2, cold.FormatVersion);
        Assert.Equal("spec 0: [1000: made_day: day(2); 1001: region: identity(3)]", cold.DefaultSpec.ToString());
        Assert.Equal("order 1: [identity(3) asc nulls-last; identity(2) asc nulls-last]", cold.DefaultSortOrder.ToString());
        Assert.Equal("4", cold.Properties[ColdTable.JsonFieldsProperty]);

        var changed = await tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = "public.t", TimeColumn = "made", ColdDays = 9 }, CancellationToken.None);
        Assert.Equal((3, 9), (changed.HotDays, changed.ColdDays));
        Assert.Equal(["region"], changed.PartitionBy);
    }

    [Theory]
    [InlineData("u", "at", null, null, "There is no table 'u' in PostgreSQL.")]
    [InlineData("t", "when", null, null, "timeColumn 'when': table 't' has no such column. It has: id, at, maybe, name.")]
    [InlineData("t", "name", null, null, "timeColumn 'name' is of type text; it must be a date, timestamp or timestamptz.")]
    [InlineData("t", "maybe", null, null, "timeColumn 'maybe' of 't' may be null, and rows without a time would never move. ALTER TABLE \"public\".\"t\" ALTER COLUMN \"maybe\" SET NOT NULL.")]
    [InlineData("nokey", "at", null, null, "Table 'nokey' has no primary key (or is a view), which tiered tables need to tell rows apart. Add one.")]
    [InlineData("odd", "at", null, null, "Table 'odd' cannot move to the cold tier as it is: column 'shape' is of type point, which has no counterpart in Iceberg. Change the type, or leave the column out of the cold tier.")]
    [InlineData("parent", "at", null, null, "Table 'parent' cannot be tiered: the foreign key child_parent_id_fkey of child points at its rows, which would leave PostgreSQL. Drop the constraint, or keep the table hot.")]
    [InlineData("t", "at", 0, null, "hotDays is 0; it must be at least 1.")]
    [InlineData("t", "at", 40, 40, "coldDays is 40; it must be more than hotDays, which is 40.")]
    public async Task Configure_WhatDoesNotFit_IsRefusedWithReason(string table, string column, int? hotDays, int? coldDays, string message)
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync(
            """
            CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL, maybe date, name text);
            CREATE TABLE nokey (at timestamptz NOT NULL);
            CREATE TABLE odd (id bigint PRIMARY KEY, at timestamptz NOT NULL, shape point);
            CREATE TABLE parent (id bigint PRIMARY KEY, at timestamptz NOT NULL);
            CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent)
            """);

        var error = await Assert.ThrowsAsync<TieringException>(() => tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = table, TimeColumn = column, HotDays = hotDays, ColdDays = coldDays }, CancellationToken.None));

        Assert.Equal(message, error.Message);
        Assert.Equal(0L, await tiers.ScalarAsync<long>("SELECT count(*) FROM iceberg_tables"));
        Assert.Equal(0L, await tiers.ScalarAsync<long>("SELECT count(*) FROM federated_query.tiered_tables"));
    }

    [Fact]
    public async Task Configure_OtherLayoutLater_IsRefused()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL, other date NOT NULL, region text)");
        await ConfigureAsync("at", null);

        Assert.Equal(
            "partitionBy of 't' is [] and is not changed here: repartitionTable rewrites the table into a new layout.",
            (await Assert.ThrowsAsync<TieringException>(() => ConfigureAsync("at", ["region"]))).Message);
        Assert.Equal(
            "The time column of 't' is 'at' and cannot become 'other': its cold files are laid out by it.",
            (await Assert.ThrowsAsync<TieringException>(() => ConfigureAsync("other", null))).Message);

        Task ConfigureAsync(string column, string[]? partitionBy) => tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = "t", TimeColumn = column, PartitionBy = partitionBy }, CancellationToken.None);
    }

    [Fact]
    public async Task UnreferencedFiles_OfACrash_AreListedWithSizeAndAge()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL)");
        await tiers.Get<TieringService>().ConfigureAsync(new ConfigureTiering { TableName = "t", TimeColumn = "at" }, CancellationToken.None);
        var cold = (await tiers.Get<ColdCatalog>().Current.LoadTableAsync(new TableIdentifier("default", "t"), CancellationToken.None)).Metadata;
        var stray = new Uri(cold.Location + "/data/at_day=2026-01-01/stray.parquet").LocalPath;
        Directory.CreateDirectory(Path.GetDirectoryName(stray)!);
        await File.WriteAllTextAsync(stray, "12345");
        File.SetLastWriteTimeUtc(stray, TieringScene.Now.UtcDateTime.AddHours(-3));

        var file = Assert.Single(await tiers.Get<TieringService>().ListUnreferencedFilesAsync("t", null, CancellationToken.None).ToListAsync());

        Assert.Equal((cold.Location + "/data/at_day=2026-01-01/stray.parquet", 5), (file.Location, file.SizeBytes));
        Assert.InRange(file.Age, TimeSpan.FromHours(3), TimeSpan.FromHours(4));
    }
}
