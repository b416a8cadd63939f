using FederatedQuery.Hot.Connections;

namespace FederatedQuery.Hot.Tests.Connections;

public class PostgresOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_Succeed()
    {
        Assert.True(new PostgresOptionsValidator().Validate(null, new PostgresOptions()).Succeeded);
    }

    [Fact]
    public void Validate_AllWrong_NamesEach()
    {
        var options = new PostgresOptions
        {
            Port = 0,
            PoolSize = 1,
            Database = "",
            User = "x",
            QueryUser = "x",
            QueryTimeout = TimeSpan.Zero,
            DataDirectory = " ",
        };

        var result = new PostgresOptionsValidator().Validate(null, options);

        Assert.Equal(
            [
                "POSTGRES_PORT is 0; it must be 1 to 65535.",
                "POSTGRES_POOL_SIZE is 1; it must be 2 to 1000.",
                "POSTGRES_DATABASE is ''; it must be a name of 1 to 63 bytes.",
                "POSTGRES_QUERY_USER and POSTGRES_USER are both 'x'; raw SQL needs a role of its own that owns nothing.",
                "QUERY_TIMEOUT is 0 s; it must be more than 0 and at most 2147483.",
                "DATA_DIRECTORY is empty; the embedded PostgreSQL needs a folder, or POSTGRES_HOST a server.",
            ],
            result.Failures);
    }
}
