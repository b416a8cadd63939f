using System.Text.Json.Nodes;
using FederatedQuery.Hot.Statements;

namespace FederatedQuery.Hot.Tests.Statements;

public class PostgresStatementGuardTests
{
    [Theory]
    [InlineData("SELECT * FROM users LIMIT 5")]
    [InlineData("select count(*), lower(name) from users where id in (1, 2) group by 2 having count(*) > 1;")]
    [InlineData("WITH t(a, b) AS (SELECT 1, 2), u(c) AS MATERIALIZED (SELECT a FROM t) SELECT * FROM t JOIN u ON (u.c = t.a)")]
    [InlineData("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n")]
    [InlineData("SELECT g.i FROM generate_series(1, 3) g(i)")]
    [InlineData("SELECT * FROM (VALUES (1), (2)) AS v(x)")]
    [InlineData("VALUES (1, 'a;b')")]
    [InlineData("TABLE users")]
    [InlineData("(SELECT 1) UNION (SELECT 2)")]
    [InlineData("SELECT cast(x AS numeric(10, 2)), x::varchar(3) FROM t -- pg_read_file('x')")]
    [InlineData("SELECT 'pg_read_file(''x'')', $$set_config('a')$$, $q$ ; delete $q$ /* ; /* nested */ delete */")]
    [InlineData("SELECT extract(year FROM created_at), substring(name from 1 for 2) FROM users")]
    [InlineData("SELECT sum(x) FILTER (WHERE x > 1) OVER (PARTITION BY y ORDER BY z ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t")]
    [InlineData("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM t")]
    [InlineData("SELECT now() AT TIME ZONE 'UTC', E'it\\'s'")]
    public void Check_Query_IsAllowed(string sql) => Assert.NotEmpty(PostgresStatementGuard.Check(sql));

    [Theory]
    [InlineData("DELETE FROM users", "begins with DELETE")]
    [InlineData("SELECT 1; SELECT 2", "Exactly one statement")]
    [InlineData("SELECT 1; DROP TABLE users", "Exactly one statement")]
    [InlineData("COPY users TO '/tmp/x'", "begins with COPY")]
    [InlineData("SET statement_timeout = 0", "begins with SET")]
    [InlineData("EXPLAIN ANALYZE SELECT 1", "begins with EXPLAIN")]
    [InlineData("DO $$ begin end $$", "begins with DO")]
    [InlineData("CALL f()", "begins with CALL")]
    [InlineData("SELECT set_config('statement_timeout', '0', false)", "'set_config'")]
    [InlineData("SELECT \"set_config\"('a', 'b', true)", "'set_config'")]
    [InlineData("SELECT pg_catalog.set_config('a', 'b', true)", "'pg_catalog'")]
    [InlineData("SELECT \"pg_catalog\" . set_config /* x */ ('a', 'b', true)", "'pg_catalog'")]
    [InlineData("SELECT public.f(1)", "'public.f'")]
    [InlineData("SELECT current_setting('data_directory')", "'current_setting'")]
    [InlineData("SELECT pg_read_file('/etc/passwd')", "'pg_read_file'")]
    [InlineData("SELECT pg_sleep(10)", "'pg_sleep'")]
    [InlineData("SELECT * FROM dblink('host=x', 'select 1') AS (a int)", "'dblink'")]
    [InlineData("SELECT query_to_xml('delete from users', true, true, '')", "'query_to_xml'")]
    [InlineData("SELECT lo_import('/etc/passwd')", "'lo_import'")]
    [InlineData("SELECT * FROM pg_settings", "'pg_settings'")]
    [InlineData("SELECT * FROM pg_catalog.pg_authid", "'pg_catalog'")]
    [InlineData("SELECT 1 AT TIME ZONE set_config('a', 'b', true)", "'set_config'")]
    [InlineData("SELECT * INTO copy FROM users", "SELECT INTO")]
    [InlineData("WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d", "DELETE inside WITH")]
    [InlineData("SELECT * FROM users FOR UPDATE", "FOR UPDATE")]
    [InlineData("WITH t AS (SELECT 1), pg_sleep AS (SELECT 2) SELECT pg_sleep(3)", "'pg_sleep'")]
    public void Check_AnythingElse_IsRefused(string sql, string expected)
    {
        var error = Assert.Throws<HotException>(() => PostgresStatementGuard.Check(sql));

        Assert.Equal(HotErrorKind.NotAllowed, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Position);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(" ; ", 0)]
    [InlineData("SELECT 'open", 7)]
    [InlineData("SELECT \"open", 7)]
    [InlineData("SELECT /* open", 7)]
    [InlineData("SELECT $a$ open", 7)]
    [InlineData("SELECT U&'\\0061'", 7)]
    [InlineData("SELECT a $ b", 9)]
    public void Check_UnreadableText_IsSyntaxError(string sql, int position)
    {
        var error = Assert.Throws<HotException>(() => PostgresStatementGuard.Check(sql));

        Assert.Equal(HotErrorKind.Syntax, error.Kind);
        Assert.Equal(position, error.Position ?? 0);
    }

    [Fact]
    public void Bind_Parameters_BecomeConstants()
    {
        const string Sql = "SELECT $1, '$1', $2 /* $3 */ WHERE x = $3 AND y = $4 AND z = ANY($5);";

        var bound = PostgresParameters.Bind(
            Sql, PostgresStatementGuard.Check(Sql), JsonNode.Parse("""["it's \\ here", -5, null, true, [1, "a"]]"""));

        Assert.Equal("SELECT E'it''s \\\\ here', '$1', (-5) /* $3 */ WHERE x = NULL AND y = TRUE AND z = ANY(ARRAY[(1), 'a'])", bound);
    }

    [Theory]
    [InlineData("SELECT $2", "[1]", "Parameter $2 has no value")]
    [InlineData("SELECT $1", null, "Parameter $1 has no value")]
    [InlineData("SELECT 1", "[1]", "gives $1, which the statement does not use")]
    [InlineData("SELECT $1", """{"a": 1}""", "must be a JSON array")]
    public void Bind_WrongParameters_SayWhich(string sql, string? parameters, string expected)
    {
        var error = Assert.Throws<HotException>(() =>
            PostgresParameters.Bind(sql, PostgresStatementGuard.Check(sql), parameters is null ? null : JsonNode.Parse(parameters)));

        Assert.Equal(HotErrorKind.Argument, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
