using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests;

/// <summary>What must be refused is refused on every SQL field, with a code, and the server stays up.</summary>
[Collection(DemoCollection.Name)]
public class BadInputTests(DemoGateway gateway)
{
    private static readonly string[] Fields = ["postgresQuery", "icebergQuery", "federatedQuery"];

    private static readonly string[] Refused =
    [
        "DELETE FROM users",
        "UPDATE users SET name = 'x'",
        "INSERT INTO users (id) VALUES (1)",
        "TRUNCATE users",
        "DROP TABLE users",
        "CREATE TABLE t (i int)",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE users",
        "WITH d AS (DELETE FROM users RETURNING id) SELECT * FROM d",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "COPY users TO '/tmp/federatedquery-stolen.csv'",
        "COPY (SELECT 1) TO '/tmp/federatedquery-stolen.csv'",
        "ATTACH '/tmp/federatedquery-other.db' AS other",
        "SET threads = 1",
        "SET ROLE postgres",
        "RESET ALL",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "SELECT set_config('statement_timeout', '0', false)",
        "SELECT current_setting('data_directory')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_sleep(100)",
        "SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t(i int)",
        "SELECT query_to_xml('DELETE FROM users', true, true, '')",
        "SELECT getenv('HOME')",
        "SELECT * FROM pg_shadow",
        "SELECT * FROM pg_catalog.pg_authid",
        "SELECT * FROM federated_query.jobs",
        "SELECT * FROM duckdb_settings()",
        "EXPLAIN ANALYZE DELETE FROM users",
    ];

    public static TheoryData<string, string> EachFieldAndStatement()
    {
        var data = new TheoryData<string, string>();
        foreach (var sqlField in Fields)
        {
            foreach (var statement in Refused)
            {
                data.Add(sqlField, statement);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EachFieldAndStatement))]
    public async Task SqlField_ForbiddenStatement_IsRefused(string field, string statement)
    {
        var error = await ErrorOfAsync(field, statement);

        // What one dialect refuses, the other may not even be able to parse, or know as a table.
        Assert.Contains(Code(error), new[] { "STATEMENT_NOT_ALLOWED", "SQL_SYNTAX_ERROR", "TABLE_NOT_FOUND" });
        Assert.False(File.Exists("/tmp/federatedquery-stolen.csv"));
    }

    [Theory]
    [InlineData("postgresQuery", "SELECT id\nFROM users\nWHER id = 1", 3, 6)]
    [InlineData("icebergQuery", "SELECT id\nFROM sales\nWHER id = 1", 3, 6)]
    [InlineData("federatedQuery", "SELECT id\nFROM users\nWHER id = 1", 3, 6)]
    public async Task SqlField_SyntaxError_SaysLineAndColumn(string field, string statement, int line, int column)
    {
        var error = await ErrorOfAsync(field, statement);

        Assert.Equal("SQL_SYNTAX_ERROR", Code(error));
        Assert.Equal(line, error.GetProperty("extensions").GetProperty("line").GetInt32());
        Assert.Equal(column, error.GetProperty("extensions").GetProperty("column").GetInt32());
    }

    [Theory]
    [InlineData("icebergQuery")]
    [InlineData("federatedQuery")]
    public async Task SqlField_UnknownTable_NamesNearOnes(string field)
    {
        var error = await ErrorOfAsync(field, "SELECT * FROM salse");

        Assert.Equal("TABLE_NOT_FOUND", Code(error));
        Assert.Contains("'salse'", Message(error), StringComparison.Ordinal);
        Assert.Contains("sales", Message(error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgresQuery_UnknownTable_NamesIt()
    {
        var error = await ErrorOfAsync("postgresQuery", "SELECT * FROM salse");

        Assert.Equal("TABLE_NOT_FOUND", Code(error));
        Assert.Contains("salse", Message(error), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgresQuery")]
    [InlineData("icebergQuery")]
    [InlineData("federatedQuery")]
    public async Task SqlField_DivisionOfText_IsTheStatementsFault(string field) =>
        Assert.Equal("QUERY_FAILED", Code(await ErrorOfAsync(field, "SELECT CAST('abc' AS integer) AS i")));

    [Theory]
    [InlineData("postgresQuery")]
    [InlineData("icebergQuery")]
    [InlineData("federatedQuery")]
    public async Task SqlField_Emptiness_IsASyntaxError(string field) =>
        Assert.Contains(Code(await ErrorOfAsync(field, "  ")), new[] { "SQL_SYNTAX_ERROR", "STATEMENT_NOT_ALLOWED" });

    [Theory]
    [InlineData("postgresQuery")]
    [InlineData("icebergQuery")]
    [InlineData("federatedQuery")]
    public async Task SqlField_LimitBelowOne_IsABadArgument(string field)
    {
        var response = await gateway.Process.QueryAsync($"{{ {field}(query: \"SELECT 1 AS one\", limit: 0) {{ data }} }}");

        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal("BAD_ARGUMENT", Code(error));
        Assert.Equal("`limit` is 0; it must be 1 or more.", Message(error));
    }

    [Theory]
    [InlineData("asOf: \"2024-01-01\", snapshotId: \"1\"", "`asOf` and `snapshotId` are given; give one of them, since each names a snapshot.")]
    [InlineData("snapshotId: \"newest\"", "`snapshotId` is 'newest'; it must be a whole number, such as an id of `table { snapshots { id } }`.")]
    public async Task IcebergQuery_WrongSnapshot_IsABadArgument(string arguments, string message)
    {
        var response = await gateway.Process.QueryAsync($"{{ icebergQuery(query: \"SELECT id FROM sales\", {arguments}) {{ data }} }}");

        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal("BAD_ARGUMENT", Code(error));
        Assert.Equal(message, Message(error));
    }

    [Theory]
    [InlineData("postgresTableStats", "", "Neither `tableName` nor `table_name` is given; exactly one of the two spellings must be.")]
    [InlineData("icebergTableStats", "(namespace: \"default\")", "Neither `tableName` nor `table_name` is given; exactly one of the two spellings must be.")]
    [InlineData(
        "postgresTableStats",
        "(tableName: \"users\", table_name: \"sales\")",
        "Both `tableName` ('users') and `table_name` ('sales') are given; exactly one of the two spellings must be.")]
    public async Task TableStats_NotExactlyOneSpelling_IsABadArgument(string field, string arguments, string message)
    {
        var response = await gateway.Process.QueryAsync($"{{ {field}{arguments} {{ totalRows }} }}");

        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal("BAD_ARGUMENT", Code(error));
        Assert.Equal(message, Message(error));
    }

    [Fact]
    public async Task Server_AfterAllOfThat_IsReady()
    {
        using var response = await gateway.Process.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.True(response.IsSuccessStatusCode);
    }

    private async Task<JsonElement> ErrorOfAsync(string field, string statement)
    {
        var response = await gateway.Process.QueryAsync($"query ($sql: String!) {{ {field}(query: $sql) {{ data }} }}", new { sql = statement });
        Assert.True(response.TryGetProperty("errors", out var errors), $"'{statement}' was let through: {response}");
        var error = Assert.Single(errors.EnumerateArray());
        Assert.Equal(field, error.GetProperty("path")[0].GetString());
        return error;
    }

    private static string? Code(JsonElement error) => error.GetProperty("extensions").GetProperty("code").GetString();

    private static string Message(JsonElement error) => error.GetProperty("message").GetString()!;
}
