using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Hot.Tests;

public class PostgresFixtureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task CreateDatabaseAsync_Twice_GivesTwoDatabases()
    {
        var first = await postgres.CreateDatabaseAsync();
        var second = await postgres.CreateDatabaseAsync();

        Assert.NotEqual(first.Database, second.Database);
        await using var connection = new NpgsqlConnection(second.ConnectionString);
        await connection.OpenAsync();
        Assert.Equal(second.Database, connection.Database);
    }
}
