using System.Text.Json.Nodes;
using FederatedQuery.Hot.Statements;

namespace FederatedQuery.Hot.Tests.Statements;

public class PostgresStatementGuardTests
{
    public static TheoryData<string> UsualQueries =>
    [
        "SELECT date_trunc('day', created_at) AS day, count(*) FROM orders GROUP BY 1 ORDER BY 1",
        "SELECT date(created_at), sum(total) FROM orders WHERE created_at >= now() - interval '7 days' GROUP BY date(created_at)",
        "SELECT created_at::date AS d, avg(total)::numeric(10, 2) FROM orders GROUP BY d",
        "SELECT DISTINCT ON (customer_id) customer_id, lower(status), created_at FROM orders ORDER BY customer_id, created_at DESC",
        "SELECT DISTINCT ON (customer_id, (total > 5)) coalesce(status, '?') FROM orders",
        "SELECT customer_id, row_number() OVER (PARTITION BY customer_id ORDER BY created_at) FROM orders",
        "SELECT id, total - lag(total, 1) OVER w FROM orders WINDOW w AS (ORDER BY created_at)",
        "SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY total) FROM orders",
        "SELECT mode() WITHIN GROUP (ORDER BY status) FROM orders",
        "SELECT count(*) FILTER (WHERE status = 'paid') AS paid, count(DISTINCT customer_id) FROM orders",
        "SELECT status, count(*) FROM orders GROUP BY GROUPING SETS ((status), ()) HAVING (count(*)) > 1",
        "SELECT a, b, sum(c) FROM t GROUP BY CUBE (a, b), ROLLUP (a)",
        "SELECT * FROM orders o JOIN customers c ON (c.id = o.customer_id) LEFT JOIN items i USING (order_id)",
        "SELECT * FROM orders o JOIN LATERAL (SELECT max(price) FROM items i WHERE i.order_id = o.id) m(price) ON true",
        "SELECT d::date FROM generate_series('2024-01-01'::date, now(), interval '1 day') AS g(d)",
        "SELECT g.n, x.v FROM generate_series(1, 3) g(n), unnest(ARRAY['a', 'b']) WITH ORDINALITY x(v, i)",
        "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v(id, name) JOIN t USING (id)",
        "SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS u(x, y)",
        "SELECT data->>'name', data #>> '{a,b}', (data->'n')::int FROM docs WHERE data @> '{\"k\": 1}' AND data ? 'x'",
        "SELECT jsonb_agg(jsonb_build_object('id', id, 'n', name) ORDER BY id) FROM users",
        "SELECT e.key, e.value FROM docs, jsonb_each_text(data) AS e(key, value)",
        "SELECT * FROM docs, jsonb_to_recordset(data->'items') AS i(id int, name text)",
        "SELECT jsonb_path_query(data, '$.items[*] ? (@.price > 5)') FROM docs",
        "SELECT string_agg(name, ', ' ORDER BY name), array_agg(DISTINCT id) FROM users",
        "SELECT ARRAY(SELECT id FROM users ORDER BY id), (SELECT count(*) FROM orders) AS n",
        "SELECT * FROM users WHERE id = ANY (ARRAY[1, 2, 3]) OR name ILIKE ANY (ARRAY['a%', '%b'])",
        "SELECT * FROM users WHERE (id, name) IN ((1, 'a'), (2, 'b')) AND NOT (deleted)",
        "SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = u.id) AND NOT EXISTS (SELECT 1)",
        "SELECT * FROM users WHERE created_at BETWEEN (now() - interval '1 month') AND current_date",
        "SELECT CASE WHEN (total > 100) THEN 'big' WHEN total > 10 THEN ('mid') ELSE ('small') END FROM orders",
        "SELECT extract(epoch FROM age(now(), created_at)) / 3600, to_char(created_at, 'YYYY-MM') FROM orders",
        "SELECT round(avg(total)::numeric, 2), stddev_samp(total), width_bucket(total, 0, 100, 10) FROM orders GROUP BY 3",
        "SELECT split_part(email, '@', 2) AS domain, count(*) FROM users GROUP BY domain ORDER BY count(*) DESC NULLS LAST LIMIT 10",
        "SELECT regexp_replace(name, '\\s+', ' ', 'g'), substring(name FROM '[a-z]+'), trim(BOTH ' ' FROM name) FROM users",
        "SELECT position('a' IN name), overlay(name PLACING 'x' FROM 1 FOR 2), left(name, 3) || '...' FROM users",
        "SELECT cast('2024-01-01' AS timestamp with time zone) AT TIME ZONE 'Europe/Berlin', timestamp '2024-01-01 10:00'",
        "WITH RECURSIVE tree(id, path) AS (SELECT id, ARRAY[id] FROM n WHERE parent IS NULL UNION ALL SELECT n.id, path || n.id FROM n JOIN tree ON tree.id = n.parent) SELECT * FROM tree",
        "WITH a AS NOT MATERIALIZED (SELECT 1 AS x), b(y) AS (SELECT x FROM a) (SELECT * FROM b) ORDER BY 1, lower('x')",
        "SELECT id FROM a UNION ALL (SELECT id FROM b INTERSECT SELECT id FROM c) EXCEPT SELECT id FROM d ORDER BY id OFFSET 5 ROWS FETCH FIRST 10 ROWS ONLY",
        "SELECT nullif(total, 0), greatest(a, b), least(a, b), coalesce(a, b, 0) FROM t",
        "SELECT * FROM t TABLESAMPLE bernoulli (10) REPEATABLE (42) WHERE a IS DISTINCT FROM (b)",
        "SELECT to_tsvector('english', body) @@ websearch_to_tsquery('english', 'a b') FROM docs",
        "SELECT md5(name), encode(sha256(name::bytea), 'hex'), gen_random_uuid() FROM users",
        "SELECT \"Order ID\", \"user\", u.user AS user FROM \"My Table\" AS u",
        "SELECT sum(x) OVER (ORDER BY y RANGE BETWEEN INTERVAL '1 day' PRECEDING AND CURRENT ROW) FROM t",
        "SELECT first_value(x) OVER (PARTITION BY y ORDER BY z ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM t",
        "SELECT make_date(2024, 1, 1), date_bin('15 minutes', ts, timestamp '2001-01-01'), justify_interval(b - a) FROM t",
        "SELECT ROW(1, 'a'), (t).id, (array_agg(id))[1:2] FROM t GROUP BY t",
        "SELECT ntile(4) OVER (ORDER BY total), cume_dist() OVER (ORDER BY total), dense_rank() OVER (ORDER BY total) FROM orders",
        "SELECT count(*) AS \"count\", 100.0 * sum(CASE WHEN ok THEN 1 ELSE 0 END) / count(*) AS pct, 1e3, .5, 0x1F FROM t",
        "SELECT inet '10.0.0.1', B'101', X'1F', $$it's$$, $a$x$a$, E'\\t', N'n' FROM t WHERE x ~* '^a' AND y !~ 'b'",
    ];

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
    [MemberData(nameof(UsualQueries))]
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
    [InlineData("SELECT * FROM iceberg_tables", "'iceberg_tables'")]
    [InlineData("SELECT * FROM \"federated_query\".jobs", "'federated_query'")]
    [InlineData("SELECT * FROM pg_catalog.pg_authid", "'pg_catalog'")]
    [InlineData("SELECT 1 AT TIME ZONE set_config('a', 'b', true)", "'set_config'")]
    [InlineData("SELECT * INTO copy FROM users", "SELECT INTO")]
    [InlineData("WITH d AS (DELETE FROM users RETURNING *) SELECT * FROM d", "DELETE inside WITH")]
    [InlineData("SELECT * FROM users FOR UPDATE", "FOR UPDATE")]
    [InlineData("WITH t AS (SELECT 1), pg_sleep AS (SELECT 2) SELECT pg_sleep(3)", "'pg_sleep'")]
    [InlineData("SELECT DISTINCT ON (1) pg_sleep(10)", "'pg_sleep'")]
    [InlineData("SELECT DISTINCT ON (id) current_setting(name) FROM users", "'current_setting'")]
    [InlineData("SELECT 1 OPERATOR(+) pg_backend_pid()", "'pg_backend_pid'")]
    [InlineData("SELECT OPERATOR(-) pg_backend_pid()", "'pg_backend_pid'")]
    [InlineData("WITH a AS (SELECT 1) (SELECT 1) ORDER BY 1, pg_sleep(10)", "'pg_sleep'")]
    [InlineData("WITH a AS (SELECT 1) (SELECT 1) ORDER BY 1, set_config('a', 'b', true)", "'set_config'")]
    [InlineData("SELECT 1 AS \u00A0$$ , pg_sleep(10) AS x$$", "'pg_sleep'")]
    [InlineData("SELECT CASE WHEN (true) THEN pg_sleep(1) END", "'pg_sleep'")]
    [InlineData("SELECT * FROM ROWS FROM (pg_ls_dir('.') AS (x text))", "'pg_ls_dir'")]
    [InlineData("SELECT x.* FROM lateral pg_ls_dir('.') x", "'pg_ls_dir'")]
    [InlineData("SELECT * FROM information_schema.columns", "'information_schema'")]
    [InlineData("SELECT * FROM \"information_schema\".\"columns\"", "'information_schema'")]
    [InlineData("TABLE pg_settings", "'pg_settings'")]
    [InlineData("SELECT 1260::regclass::text", "'regclass'")]
    [InlineData("SELECT CAST(10 AS regrole)", "'regrole'")]
    [InlineData("SELECT regclass '1260'", "'regclass'")]
    [InlineData("SELECT current_user", "CURRENT_USER")]
    [InlineData("SELECT u.id, user FROM users u", "USER")]
    [InlineData("SELECT current_schema", "CURRENT_SCHEMA")]
    [InlineData("SELECT (u).pg_column_size FROM users u", "'pg_column_size'")]
    [InlineData("SELECT * FROM xmltable('/a' PASSING '<a/>' COLUMNS b text)", "'xmltable'")]
    [InlineData("SELECT lo_get(1), pg_notify('a', 'b'), pg_advisory_lock(1)", "'lo_get'")]
    [InlineData("SELECT pg_advisory_lock(1)", "'pg_advisory_lock'")]
    [InlineData("SELECT ts_stat('select 1')", "'ts_stat'")]
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
    [InlineData("SELECT E'a'\n'\\'' , pg_sleep(10) -- '", 12)]
    [InlineData("SELECT E'a' -- x\n'\\'' , pg_sleep(10) -- '", 17)]
    [InlineData("SELECT 'a'$1", 10)]
    [InlineData("SELECT 1E'\\'' , pg_sleep(10), '", 7)]
    [InlineData("SELECT 1$$a$$", 7)]
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
