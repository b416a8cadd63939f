using FederatedQuery.Hot.Connections;
using FederatedQuery.Hot.Control;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Connections;

public class QueryRoleTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task EnsureAsync_TablesBeforeAndAfter_AreReadable()
    {
        await using var database = await StartAsync("CREATE TABLE before AS SELECT 1 AS x");
        await database.ExecuteAsync("CREATE TABLE after AS SELECT 2 AS x");

        await using var command = database.Connections.Query.CreateCommand("SELECT (SELECT x FROM before) + (SELECT x FROM after)");

        Assert.Equal(3, await command.ExecuteScalarAsync());
    }

    [Theory]
    [InlineData("SELECT count(*) FROM federated_query.jobs", "42501")]
    [InlineData("INSERT INTO t VALUES (1)", "25006")]
    [InlineData("CREATE TABLE u (x int)", "25006")]
    [InlineData("SET transaction_read_only = off; INSERT INTO t VALUES (1)", "42501")]
    [InlineData("SELECT set_config('transaction_read_only', 'off', false)", "42501")]
    [InlineData("SELECT query_to_xml('SELECT 1', true, true, '')", "42501")]
    [InlineData("SELECT pg_read_file('/etc/passwd')", "42501")]
    [InlineData("SELECT lo_import('/etc/passwd')", "42501")]
    [InlineData("SELECT lo_creat(-1)", "42501")]
    [InlineData("SELECT pg_ls_dir('/')", "42501")]
    [InlineData("COPY t TO PROGRAM 'cat'", "42501")]
    [InlineData("SELECT * FROM pg_authid", "42501")]
    public async Task Query_WhatItMayNot_IsRefusedByTheServer(string sql, string sqlState)
    {
        await using var database = await StartAsync("CREATE TABLE t (x int)");
        await using var command = database.Connections.Query.CreateCommand(sql);

        var error = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

        Assert.Equal(sqlState, error.SqlState);
    }

    [Fact]
    public async Task EnsureAsync_Twice_ChangesNothing()
    {
        await using var database = await StartAsync("CREATE TABLE t AS SELECT 1 AS x");

        await EnsureAsync(database.Connections);

        await using var command = database.Connections.Query.CreateCommand("SELECT x FROM t");
        Assert.Equal(1, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task EnsureAsync_RoleOwnsATable_SaysSo()
    {
        await using var database = await StartAsync("SELECT 1");
        await database.ExecuteAsync($"CREATE TABLE mine (x int); ALTER TABLE mine OWNER TO {database.Options.QueryUser}");

        var error = await Assert.ThrowsAsync<HotException>(() => EnsureAsync(database.Connections));

        Assert.Equal(
            $"POSTGRES_QUERY_USER '{database.Options.QueryUser}' must own nothing, be member of nothing and have no special rights, "
            + "but it owns 1 objects. Name another role.",
            error.Message);
    }

    [Fact]
    public async Task Query_LongerThanItsTimeout_IsEndedByTheServer()
    {
        await using var database = await HotDatabase.CreateAsync(postgres);
        database.Options.QueryTimeout = TimeSpan.FromMilliseconds(50);
        await using var connections = new PostgresConnections(database.Options, NullLoggerFactory.Instance, TimeProvider.System);
        await connections.StartAsync(CancellationToken.None);
        await EnsureAsync(connections);
        await using var command = connections.Query.CreateCommand("SELECT count(*) FROM generate_series(1, 1000000000)");

        var error = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteScalarAsync());

        Assert.Equal(PostgresErrorCodes.QueryCanceled, error.SqlState);
    }

    private async Task<HotDatabase> StartAsync(string sql)
    {
        var database = await HotDatabase.CreateAsync(postgres);
        await database.ExecuteAsync(sql);
        await new ControlMigrator(database.Connections, NullLogger<ControlMigrator>.Instance).MigrateAsync(CancellationToken.None);
        await EnsureAsync(database.Connections);
        return database;
    }

    private static Task EnsureAsync(PostgresConnections connections) =>
        new QueryRole(connections, NullLogger<QueryRole>.Instance).EnsureAsync(CancellationToken.None);
}
