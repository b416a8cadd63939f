using System.Text.Json.Nodes;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Testing;

namespace FederatedQuery.Federation.Tests.Sql;

public sealed class SqlStatementTests : IDisposable
{
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;

    public SqlStatementTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("SELECT * FROM a, s.b", "a s.b")]
    [InlineData("WITH a AS (SELECT * FROM b) SELECT * FROM a JOIN c USING (id)", "b c")]
    [InlineData("WITH a AS (SELECT * FROM a) SELECT * FROM a", "a")]
    [InlineData("WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a", "")]
    [InlineData("WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b, x.a", "x.a")]
    [InlineData("SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a), a", "a")]
    [InlineData("SELECT (SELECT max(x) FROM a), EXISTS (SELECT 1 FROM b) FROM c WHERE y IN (SELECT z FROM d)", "a b c d")]
    [InlineData("SELECT * FROM a UNION SELECT * FROM b EXCEPT SELECT * FROM A", "a b A")]
    [InlineData("FROM range(3), \"Weird \"\"name\"\"\"", "Weird \"name\"")]
    [InlineData("VALUES (1), (2)", "")]
    public async Task Find_Tables_HidesCommonTableExpressions(string sql, string expected)
    {
        var statement = await Parse(sql);

        var found = TableReferenceFinder.Find(statement.Tree).Select(reference => reference.QualifiedName);

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), string.Join(' ', found).Split(' ', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Theory]
    [InlineData("SELECT * FROM a WHERE x = 1 AND (y = 2 AND z = 3)", "a: 3")]
    [InlineData("SELECT * FROM a, b WHERE a.x = 1", "a: 1, b: 1")]
    [InlineData("SELECT * FROM a JOIN b ON a.id = b.id AND b.y = 2 WHERE a.x = 1", "a: 3, b: 3")]
    [InlineData("SELECT * FROM a LEFT JOIN b ON a.id = b.id AND b.y = 2 WHERE a.x = 1", "a: 1, b: 2 + 1 rejecting null")]
    [InlineData("SELECT * FROM a RIGHT JOIN b ON a.id = b.id WHERE a.x = 1", "a: 1 + 1 rejecting null, b: 1")]
    [InlineData("SELECT * FROM a FULL JOIN b ON a.id = b.id WHERE a.x = 1", "a: 0 + 1 rejecting null, b: 0 + 1 rejecting null")]
    [InlineData("SELECT * FROM a SEMI JOIN b ON a.id = b.id WHERE a.x = 1", "a: 2, b: 1")]
    [InlineData("SELECT * FROM a ANTI JOIN b ON a.id = b.id WHERE a.x = 1", "a: 1, b: 1")]
    [InlineData("SELECT * FROM a ASOF JOIN b ON a.t >= b.t WHERE a.x = 1", "a: 0, b: 0")]
    [InlineData("SELECT * FROM a POSITIONAL JOIN b WHERE a.x = 1", "a: 0, b: 0")]
    [InlineData("SELECT * FROM a TABLESAMPLE 10% WHERE x = 1", "a: 0")]
    [InlineData("SELECT * FROM a WHERE x = 1 USING SAMPLE 10%", "a: 0")]
    [InlineData("SELECT * FROM a AS t(p, q) WHERE x = 1", "a: 0")]
    [InlineData("SELECT * FROM (SELECT * FROM a WHERE x = 1) WHERE y = 2", "a: 1")]
    public async Task Find_Conditions_AreThoseThatMayBeAppliedBeforeJoins(string sql, string expected)
    {
        var statement = await Parse(sql);

        var found = TableReferenceFinder.Find(statement.Tree).OrderBy(reference => reference.Name).Select(reference =>
        {
            var rejecting = reference.Conditions.Count(condition => condition.MustRejectNull);
            return $"{reference.Name}: {reference.Conditions.Count - rejecting}" + (rejecting > 0 ? $" + {rejecting} rejecting null" : "");
        });

        Assert.Equal(expected, string.Join(", ", found));
    }

    [Theory]
    [InlineData("SELECT FROM WHERE", "near \"WHERE\"", 1, 13)]
    [InlineData("SELECT 1,\n  2 +\nFROM t", "syntax error", 3, 1)]
    [InlineData("SELECT 'é' , , 1", "near \",\"", 1, 14)]
    public async Task Parse_SyntaxError_SaysLineAndColumn(string sql, string message, int line, int column)
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(() => Parse(sql));

        Assert.Equal(FailureKind.Syntax, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("DELETE FROM t", "begins with DELETE")]
    [InlineData("SELECT 1; SELECT 2", "the text holds 2")]
    [InlineData("COPY t TO '/tmp/x'", "begins with COPY")]
    [InlineData("ATTACH '/tmp/x.db'", "begins with ATTACH")]
    [InlineData("SET threads = 1", "begins with SET")]
    [InlineData("PRAGMA database_list", "begins with PRAGMA")]
    [InlineData("INSTALL httpfs", "begins with INSTALL")]
    [InlineData("LOAD httpfs", "begins with LOAD")]
    [InlineData("CREATE TABLE t (a int)", "begins with CREATE")]
    [InlineData("EXPORT DATABASE '/tmp/x'", "begins with EXPORT")]
    [InlineData("CALL pragma_version()", "begins with CALL")]
    [InlineData("SELECT * FROM read_csv('/etc/passwd')", "'read_csv'")]
    [InlineData("SELECT * FROM read_parquet(['/tmp/x'])", "'read_parquet'")]
    [InlineData("SELECT * FROM glob('/etc/*')", "'glob'")]
    [InlineData("SELECT * FROM query('SELECT 1')", "'query'")]
    [InlineData("SELECT * FROM duckdb_settings()", "'duckdb_settings'")]
    [InlineData("SELECT * FROM hot_scan(1)", "'hot_scan'")]
    [InlineData("SELECT * FROM read_text('/etc/passwd') AS t", "'read_text'")]
    [InlineData("SELECT getenv('HOME')", "'getenv'")]
    [InlineData("SELECT main.getenv('HOME')", "'getenv'")]
    [InlineData("SELECT system.main.getenv('HOME')", "main.getenv")]
    [InlineData("SELECT current_setting('memory_limit')", "'current_setting'")]
    [InlineData("SELECT set_config('a', 'b', true)", "'set_config'")]
    [InlineData("SELECT pg_read_file('/etc/passwd')", "'pg_read_file'")]
    [InlineData("SELECT query_to_xml('select 1', true, true, '')", "'query_to_xml'")]
    [InlineData("SELECT * FROM dblink('x', 'y')", "'dblink'")]
    [InlineData("SELECT getvariable('cold_1')", "'getvariable'")]
    [InlineData("SELECT sleep_ms(1000)", "'sleep_ms'")]
    [InlineData("SELECT nextval('s')", "'nextval'")]
    [InlineData("SELECT x FROM t ORDER BY getenv('HOME')", "'getenv'")]
    [InlineData("SELECT * FROM t WHERE EXISTS (SELECT list_transform([1], lambda y: getenv('HOME')))", "'getenv'")]
    [InlineData("SELECT sum(x) FILTER (WHERE getenv('A') = '') OVER (ORDER BY getenv('HOME')) FROM t", "'getenv'")]
    [InlineData("SELECT * FROM system.information_schema.tables", "names a catalog")]
    [InlineData("DESCRIBE t", "not available")]
    [InlineData("SHOW TABLES", "not available")]
    [InlineData("SUMMARIZE t", "not available")]
    [InlineData("SELECT * FROM t AT (VERSION => 1)", "AT is not available")]
    [InlineData("SELECT (x).getenv() FROM t", "'getenv'")]
    [InlineData("SELECT [getenv('HOME') for x in [1]]", "'getenv'")]
    [InlineData("SELECT COLUMNS(lambda c: getenv('HOME') = c) FROM t", "'getenv'")]
    [InlineData("SELECT TRY(getenv('HOME'))", "'getenv'")]
    [InlineData("SELECT 1 LIMIT (SELECT getenv('HOME')::INT)", "'getenv'")]
    [InlineData("SELECT * FROM (PIVOT t ON a IN (1, 2) USING getenv('HOME'))", "'getenv'")]
    [InlineData("SELECT json_structure(repeat('[', 100000))", "'json_structure'")]
    [InlineData("SELECT json_merge_patch(a, b) FROM t", "'json_merge_patch'")]
    [InlineData("SELECT from_json('[]', repeat('[', 100000))", "must be a constant text")]
    [InlineData("SELECT from_json('[]', x) FROM t", "must be a constant text")]
    [InlineData("SELECT x::JSON::VARIANT FROM t", "VARIANT is not available")]
    [InlineData("SELECT x::STRUCT(a variant[]) FROM t", "VARIANT is not available")]
    public async Task Check_AnythingButAQueryOfTables_IsRefused(string sql, string message)
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(async () =>
        {
            var statement = await Parse(sql);
            StatementGuard.Check(statement.Tree, sql);
        });

        Assert.Equal(FailureKind.NotAllowed, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ComparedQueries_AreAllowed()
    {
        foreach (var sql in ComparedQueries.All)
        {
            var statement = await Parse(sql);
            StatementGuard.Check(statement.Tree, sql);
            await statement.CheckAsPrintedAsync(_connection, CancellationToken.None);
        }
    }

    [Theory]
    [MemberData(nameof(UsualQueries.All), MemberType = typeof(UsualQueries))]
    public async Task Check_UsualQuery_IsAllowed(string sql)
    {
        var statement = await Parse(sql);

        StatementGuard.Check(statement.Tree, sql);
        await statement.CheckAsPrintedAsync(_connection, CancellationToken.None);
    }

    [Fact]
    public async Task ToSql_StarOfQuotedTable_KeepsItsName()
    {
        const string Injection = "SELECT \"getenv('HOME'), x\".* FROM (SELECT 1 AS a) AS x, (SELECT 2 AS b) AS \"getenv('HOME'), x\"";
        var statement = await Parse(Injection);
        StatementGuard.Check(statement.Tree, Injection);

        var sql = await statement.ToSqlAsync(_connection, CancellationToken.None);

        Assert.StartsWith("SELECT \"getenv('HOME'), x\".* FROM", sql, StringComparison.Ordinal);
        using var result = _connection.Query(sql);
        Assert.Equal("b", Assert.Single(result.Columns).Name);
    }

    [Theory]
    [InlineData("(SELECT ", "1", ")", 13, "Subqueries stand within each other")]
    [InlineData("list_transform([1], lambda x: ", "1", ")", 7, "Lambdas stand within each other")]
    [InlineData("abs(", "1", ")", 200, "An expression is nested")]
    [InlineData("{'a': ", "1", "}", 200, "An expression is nested")]
    [InlineData("", "1", " + 1", 200, "An expression is nested")]
    public async Task Check_TooDeepToPlan_IsRefused(string open, string inner, string close, int depth, string message)
    {
        var sql = $"SELECT {string.Concat(Enumerable.Repeat(open, depth))}{inner}{string.Concat(Enumerable.Repeat(close, depth))}";
        var statement = await Parse(sql);

        var error = Assert.Throws<FederatedQueryException>(() => StatementGuard.Check(statement.Tree, sql));

        Assert.Equal(FailureKind.NotAllowed, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CommonTablesThatMultiply_AreRefused()
    {
        var sql = "WITH c0 AS NOT MATERIALIZED (SELECT 1 AS x)"
            + string.Concat(Enumerable.Range(1, 16).Select(i => $", c{i} AS NOT MATERIALIZED (SELECT * FROM c{i - 1} UNION ALL SELECT * FROM c{i - 1})"))
            + " SELECT * FROM c16";
        var statement = await Parse(sql);

        var error = Assert.Throws<FederatedQueryException>(() => StatementGuard.Check(statement.Tree, sql));

        Assert.Contains("AS MATERIALIZED", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_MistypedFunction_NamesNearOnes()
    {
        var statement = await Parse("SELECT date_trnc('day', x) FROM t");

        var error = Assert.Throws<FederatedQueryException>(() => StatementGuard.Check(statement.Tree, statement.Text));

        Assert.Contains("Did you mean 'date_trunc'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT ? + ?", "[1, 2.5]", "SELECT (1 + CAST('2.5' AS DOUBLE))")]
    [InlineData("SELECT $a, $b", """{"a": "x'y", "b": null}""", "SELECT 'x''y', NULL")]
    [InlineData("SELECT $1", "[[1, \"b\"]]", "SELECT main.list_value(1, 'b')")]
    [InlineData("SELECT $1", "[true]", "SELECT true")]
    [InlineData("SELECT $1", "[9007199254740993]", "SELECT 9007199254740993")]
    [InlineData("SELECT $1", "[123456789012345678901234567890]", "SELECT CAST('123456789012345678901234567890' AS HUGEINT)")]
    public async Task Bind_Parameters_BecomeConstants(string sql, string parameters, string expected)
    {
        var statement = await Parse(sql);

        StatementParameters.Bind(statement.Tree, JsonNode.Parse(parameters));

        Assert.Equal(expected, await statement.ToSqlAsync(_connection, CancellationToken.None));
    }

    [Theory]
    [InlineData("SELECT $1", null, "'$1' has no value")]
    [InlineData("SELECT 1", "[1]", "which the statement does not use")]
    [InlineData("SELECT $a", "\"text\"", "must be a JSON array")]
    public async Task Bind_WrongParameters_SayWhich(string sql, string? parameters, string expected)
    {
        var statement = await Parse(sql);

        var error = Assert.Throws<FederatedQueryException>(() =>
            StatementParameters.Bind(statement.Tree, parameters is null ? null : JsonNode.Parse(parameters)));

        Assert.Equal(FailureKind.BadArgument, error.Kind);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT x FROM t", null, 1000, "SELECT x FROM t LIMIT 1001")]
    [InlineData("SELECT x FROM t LIMIT 5", null, null, "SELECT x FROM t LIMIT 5")]
    [InlineData("SELECT count(*) FROM t", null, null, "SELECT count_star() FROM t")]
    [InlineData("SELECT x FROM t GROUP BY x", null, null, "SELECT x FROM t GROUP BY x")]
    [InlineData("SELECT (SELECT max(x) FROM t) FROM u", null, 1000, "SELECT (SELECT max(x) FROM t) FROM u LIMIT 1001")]
    [InlineData("SELECT sum(x) OVER () FROM t", null, 1000, "SELECT sum(x) OVER () FROM t LIMIT 1001")]
    [InlineData("SELECT x FROM t UNION SELECT y FROM u", 7, 7, "(SELECT x FROM t) UNION (SELECT y FROM u) LIMIT 8")]
    [InlineData("SELECT x FROM t LIMIT 500", 7, 7, "SELECT * FROM (SELECT x FROM t LIMIT 500) AS \"statement\" LIMIT 8")]
    public async Task Apply_Limit_AsksForOneRowMore(string sql, int? asked, int? limit, string expected)
    {
        var statement = await Parse(sql);

        Assert.Equal(limit, RowLimit.Apply(statement.Tree, asked));
        Assert.Equal(expected, await statement.ToSqlAsync(_connection, CancellationToken.None));
    }

    [Fact]
    public async Task Fix_Clock_PutsOneInstantInAllPlaces()
    {
        var statement = await Parse("SELECT now(), current_date, today(), current_timestamp, localtimestamp FROM t WHERE x < now() - INTERVAL 1 DAY");

        StatementClock.Fix(statement.Tree, new DateTimeOffset(2026, 11, 21, 1, 2, 3, TimeSpan.Zero));

        var sql = await statement.ToSqlAsync(_connection, CancellationToken.None);
        Assert.DoesNotContain("now", sql, StringComparison.Ordinal);
        Assert.Equal(3, sql.Split("CAST('2026-11-21 01:02:03.000000+00' AS TIMESTAMP WITH TIME ZONE)").Length - 1);
        Assert.Equal(2, sql.Split("CAST('2026-11-21' AS DATE)").Length - 1);
        Assert.Single(sql.Split("CAST('2026-11-21 01:02:03.000000' AS TIMESTAMP)").Skip(1));
    }

    [Theory]
    [InlineData("x > 8 OR x IS DISTINCT FROM 0", "2")]
    [InlineData("x = 3 OR 0 IS DISTINCT FROM x AND k > 0", "2")]
    [InlineData("x > 8 OR NOT (x IS NOT DISTINCT FROM 0)", "2")]
    [InlineData("x > 8 OR x::BIGINT IS DISTINCT FROM '0'::BIGINT", "2")]
    [InlineData("x IS NOT DISTINCT FROM NULL", "2")]
    [InlineData("x > 8 OR x IS NOT DISTINCT FROM 0", "1, 3")]
    public async Task Rewrite_DistinctFrom_SelectsNullsToo(string condition, string expected)
    {
        _connection.Execute("CREATE TEMP TABLE few AS SELECT * FROM (VALUES (0, 1), (NULL, 2), (0, 3)) AS v(x, k)");
        var statement = await Parse($"SELECT string_agg(k, ', ' ORDER BY k), bool_or(x IS DISTINCT FROM 0) AS \"any\" FROM few WHERE {condition}");

        DistinctFrom.Rewrite(statement.Tree);

        var sql = await statement.ToSqlAsync(_connection, CancellationToken.None);
        Assert.DoesNotContain("DISTINCT", sql[sql.IndexOf("WHERE", StringComparison.Ordinal)..], StringComparison.Ordinal);
        using var result = _connection.Query(sql);
        using var chunk = result.ReadChunk()!;
        Assert.Equal(expected, chunk[0].String(0));
    }

    private Task<SqlStatement> Parse(string sql) => SqlStatement.ParseAsync(_connection, sql, CancellationToken.None);
}
