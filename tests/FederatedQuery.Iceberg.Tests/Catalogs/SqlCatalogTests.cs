using System.Collections.Immutable;
using System.Data;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Iceberg.Tests.Catalogs;

public class SqlCatalogTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    [Fact]
    public async Task CreateTableAsync_Table_IsLoadedByAnother()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);

        var created = await fixture.CreateEventsAsync();
        var loaded = await (await fixture.OpenAsync()).LoadTableAsync(CatalogFixture.Events, default);

        Assert.Equal(created.MetadataLocation, loaded.MetadataLocation);
        Assert.Equal(created.Metadata.TableUuid, loaded.Metadata.TableUuid);
        Assert.Matches(@"/logs/events-[0-9a-f]{12}/metadata/00000-[0-9a-f-]{36}\.metadata\.json$", loaded.MetadataLocation);
        Assert.Equal(2, loaded.Metadata.FormatVersion);
        Assert.True(loaded.Metadata.CurrentSchema.SameStructure(CatalogFixture.EventsSchema));
        Assert.Equal(["name:metadata_location|previous:|type:TABLE"], await RowsAsync(fixture, created.MetadataLocation));
    }

    [Fact]
    public async Task CreateTableAsync_Twice_IsRefusedAndLeavesNoFile()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        var before = fixture.Files().Count();

        var exception = await Assert.ThrowsAsync<IcebergException>(
            () => fixture.Catalog.CreateTableAsync(CatalogFixture.Events, new NewTable { Schema = CatalogFixture.EventsSchema }, default));

        Assert.Equal((IcebergErrorKind.AlreadyExists, "The table 'logs.events' exists already."), (exception.Kind, exception.Message));
        Assert.Equal(before, fixture.Files().Count());
    }

    [Fact]
    public async Task CreateTableAsync_NoNamespace_NamesTheOnesThereAre()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.Catalog.CreateNamespaceAsync("logs", None, default);

        var exception = await Assert.ThrowsAsync<IcebergException>(
            () => fixture.Catalog.CreateTableAsync(new TableIdentifier("log", "t"), new NewTable { Schema = CatalogFixture.EventsSchema }, default));

        Assert.Equal("There is no namespace 'log' in the catalog 'test'; it has 'logs'.", exception.Message);
        Assert.Empty(fixture.Files());
    }

    [Fact]
    public async Task Namespaces_CreateListLoadDrop_GoTogether()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var catalog = fixture.Catalog;

        await catalog.CreateNamespaceAsync("sales.eu", new Dictionary<string, string> { ["owner"] = "ann" }, default);
        await catalog.CreateNamespaceAsync("logs", None, default);

        Assert.Equal(["logs", "sales.eu"], await catalog.ListNamespacesAsync(default));
        Assert.Equal("ann", (await catalog.LoadNamespaceAsync("sales.eu", default))["owner"]);
        Assert.Equal(
            IcebergErrorKind.AlreadyExists,
            (await Assert.ThrowsAsync<IcebergException>(() => catalog.CreateNamespaceAsync("logs", None, default))).Kind);
        Assert.True(await catalog.DropNamespaceAsync("logs", default));
        Assert.False(await catalog.DropNamespaceAsync("logs", default));
        Assert.Equal(IcebergErrorKind.NotFound, (await Assert.ThrowsAsync<IcebergException>(() => catalog.LoadNamespaceAsync("logs", default))).Kind);
    }

    [Fact]
    public async Task DropNamespaceAsync_WithTables_IsRefused()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();

        var exception = await Assert.ThrowsAsync<IcebergException>(() => fixture.Catalog.DropNamespaceAsync("logs", default));

        Assert.Equal("The namespace 'logs' has 1 tables; drop or rename them first.", exception.Message);
    }

    [Fact]
    public async Task RenameTableAsync_Table_KeepsItsMetadata()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var created = await fixture.CreateEventsAsync();
        var renamed = new TableIdentifier("logs", "old_events");

        await fixture.Catalog.RenameTableAsync(CatalogFixture.Events, renamed, default);

        Assert.Equal([renamed], await fixture.Catalog.ListTablesAsync("logs", default));
        Assert.Equal(created.MetadataLocation, (await fixture.Catalog.LoadTableAsync(renamed, default)).MetadataLocation);
        Assert.Equal(
            "There is no table 'logs.events' in the catalog 'test'.",
            (await Assert.ThrowsAsync<IcebergException>(() => fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default))).Message);
    }

    [Fact]
    public async Task DropTableAsync_Table_CanBeRegisteredAgain()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var created = await fixture.CreateEventsAsync();

        Assert.True(await fixture.Catalog.DropTableAsync(CatalogFixture.Events, default));
        Assert.False(await fixture.Catalog.DropTableAsync(CatalogFixture.Events, default));
        await fixture.Catalog.RegisterTableAsync(CatalogFixture.Events, created.MetadataLocation, default);

        Assert.Equal(created.MetadataLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default)).MetadataLocation);
    }

    [Fact]
    public async Task OpenAsync_ManyAtOnce_CreateTheTablesOnce()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await ExecuteAsync(fixture, "DROP TABLE iceberg_location_maps, iceberg_tables, iceberg_namespace_properties");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.OpenAsync()));

        Assert.Empty(await fixture.Catalog.ListNamespacesAsync(default));
    }

    [Fact]
    public async Task OpenAsync_TablesWithoutType_AreUsedAsTheyAre()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await ExecuteAsync(fixture, "ALTER TABLE iceberg_tables DROP COLUMN iceberg_type");
        var catalog = await fixture.OpenAsync();
        await catalog.CreateNamespaceAsync("logs", None, default);

        await catalog.CreateTableAsync(CatalogFixture.Events, new NewTable { Schema = CatalogFixture.EventsSchema, PartitionSpec = CatalogFixture.ByDay }, default);
        await fixture.Committer.CommitAsync(catalog, CatalogFixture.Events, [new AppendFiles([CatalogFixture.DataFile("a")])], default);

        Assert.Single((await catalog.LoadTableAsync(CatalogFixture.Events, default)).Metadata.Snapshots);
    }

    [Fact]
    public async Task LoadTableAsync_View_IsNoTable()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        await fixture.CreateEventsAsync();
        await ExecuteAsync(fixture, "UPDATE iceberg_tables SET iceberg_type = 'VIEW'");

        Assert.Empty(await fixture.Catalog.ListTablesAsync("logs", default));
        await Assert.ThrowsAsync<IcebergException>(() => fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default));
    }

    [Fact]
    public async Task TryCommitAsync_Stale_ReturnsFalseAndChangesNothing()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var table = await fixture.CreateEventsAsync();
        var staged = await fixture.Committer.StageAsync(table, [new AppendFiles([CatalogFixture.DataFile("late")])], default);
        var winner = await fixture.AppendAsync(CatalogFixture.DataFile("early"));

        Assert.Null(await fixture.Catalog.TryCommitAsync(staged, default));

        Assert.Equal(winner.MetadataLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default)).MetadataLocation);
    }

    [Fact]
    public async Task TryCommitAsync_TableIsGone_SaysSo()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var table = await fixture.CreateEventsAsync();
        var staged = await fixture.Committer.StageAsync(table, [new AppendFiles([CatalogFixture.DataFile("a")])], default);
        await fixture.Catalog.DropTableAsync(CatalogFixture.Events, default);

        var exception = await Assert.ThrowsAsync<IcebergException>(() => fixture.Catalog.TryCommitAsync(staged, default));

        Assert.Equal(IcebergErrorKind.NotFound, exception.Kind);
    }

    [Fact]
    public async Task TryCommitAsync_InTransaction_HappensWithTheRestOfIt()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var table = await fixture.CreateEventsAsync();
        await ExecuteAsync(fixture, "CREATE TABLE hot (id int); INSERT INTO hot VALUES (1)");

        foreach (var commits in (bool[])[false, true])
        {
            var staged = await fixture.Committer.StageAsync(table, [new AppendFiles([CatalogFixture.DataFile($"a{commits}")])], default);
            await using var connection = await fixture.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var delete = new NpgsqlCommand("DELETE FROM hot", connection))
            {
                await delete.ExecuteNonQueryAsync();
            }

            Assert.True(await fixture.Catalog.TryCommitAsync(staged, transaction, default));
            Assert.Equal(staged.NewLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, transaction, default)).MetadataLocation);
            Assert.Equal(table.MetadataLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default)).MetadataLocation);
            if (commits)
            {
                await transaction.CommitAsync();
            }
            else
            {
                await transaction.RollbackAsync();
                await fixture.Committer.DiscardAsync(staged, default);
            }

            var loaded = await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default);
            Assert.Equal(commits ? staged.NewLocation : table.MetadataLocation, loaded.MetadataLocation);
            Assert.Equal(commits ? 0L : 1L, await ScalarAsync(fixture, "SELECT count(*) FROM hot"));
        }
    }

    [Fact]
    public async Task LoadTableAsync_InRepeatableRead_SeesTheStateOfItsSnapshot()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var table = await fixture.CreateEventsAsync();
        await using var connection = await fixture.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        Assert.Equal(table.MetadataLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, transaction, default)).MetadataLocation);

        var moved = await fixture.AppendAsync(CatalogFixture.DataFile("a"));

        Assert.Equal(table.MetadataLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, transaction, default)).MetadataLocation);
        Assert.Equal(moved.MetadataLocation, (await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, default)).MetadataLocation);
    }

    [Fact]
    public async Task TryCommitAsync_RepeatableReadThatLost_ReturnsFalse()
    {
        await using var fixture = await CatalogFixture.CreateAsync(postgres);
        var table = await fixture.CreateEventsAsync();
        var staged = await fixture.Committer.StageAsync(table, [new AppendFiles([CatalogFixture.DataFile("late")])], default);
        await using var connection = await fixture.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await fixture.Catalog.LoadTableAsync(CatalogFixture.Events, transaction, default);
        await fixture.AppendAsync(CatalogFixture.DataFile("early"));

        Assert.False(await fixture.Catalog.TryCommitAsync(staged, transaction, default));
    }

    [Theory]
    [InlineData("logs", "")]
    [InlineData("logs", "a/b")]
    [InlineData("logs..x", "t")]
    [InlineData("..", "t")]
    [InlineData("logs", "..")]
    public void TableIdentifier_BadPart_IsRefused(string @namespace, string name) =>
        Assert.Equal(IcebergErrorKind.InvalidValue, Assert.Throws<IcebergException>(() => new TableIdentifier(@namespace, name)).Kind);

    private static async Task<List<string>> RowsAsync(CatalogFixture fixture, string location)
    {
        await using var command = fixture.DataSource.CreateCommand("SELECT metadata_location, previous_metadata_location, iceberg_type FROM iceberg_tables");
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add($"name:{(reader.GetString(0) == location ? "metadata_location" : "other")}|previous:{(reader.IsDBNull(1) ? "" : reader.GetString(1))}|type:{reader.GetString(2)}");
        }

        return rows;
    }

    private static async Task ExecuteAsync(CatalogFixture fixture, string sql)
    {
        await using var command = fixture.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(CatalogFixture fixture, string sql)
    {
        await using var command = fixture.DataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
