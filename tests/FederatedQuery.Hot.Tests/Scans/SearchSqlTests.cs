using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.Hot.Control.Migrations;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Scans;

/// <summary>A search finds the same rows in PostgreSQL, in DuckDB and by the code that defines it.</summary>
public class SearchSqlTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Search_RandomTexts_FindsTheSameInBothTiers()
    {
        var texts = SearchCases.Text.Sample(600).ToList();
        await using var scene = await ScanScene.StartAsync(
            postgres,
            $"CREATE TABLE t (id int NOT NULL, s text); INSERT INTO t VALUES {string.Join(", ", texts.Select((text, id) => $"({id}, {SqlLiteral.Text(text)})"))}, (-1, NULL)",
            TimeSpan.FromSeconds(10));
        using (var all = scene.Scan())
        {
            scene.Rows($"CREATE TABLE local AS SELECT * FROM {all.Sql}");
        }

        var found = 0;
        Prop.ForAll(SearchCases.Search.ToArbitrary(), query =>
        {
            var search = TextSearch.Parse(query);
            var test = new SearchTest(search);
            var expected = Enumerable.Range(0, texts.Count).Where(id => test.Matches(texts[id])).Select(id => id.ToString(CultureInfo.InvariantCulture)).ToList();
            using var lease = scene.Scan(Expression.Search("s", search));
            Assert.True(lease.Scan.IsExact);
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', scene.Rows($"SELECT id FROM {lease.Sql} ORDER BY id"))));
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', scene.Rows($"SELECT id FROM local WHERE text_search(s, {DuckDbLiterals.Of(Literal.String(query))}) ORDER BY id"))));
            found += expected.Count < texts.Count ? expected.Count : 0;
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Assert.True(found > 300, $"Only {found} rows were found: the cases test nothing.");
    }

    [Fact]
    public async Task Search_WordsAreIndexed_FindsTheSameByTheIndex()
    {
        var texts = SearchCases.Text.Sample(400).ToList();
        texts.Add(string.Join(' ', Enumerable.Range(0, 60_000).Select(i => $"w{i}")) + " error");
        texts.Add(new string('x', 5000) + " user");
        await using var scene = await ScanScene.StartAsync(
            postgres,
            $"""
            CREATE SCHEMA federated_query;
            {LogSearch.CreateWords}
            CREATE TABLE t (id int NOT NULL, s text) PARTITION BY RANGE (id);
            CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (-10) TO (300);
            CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (300) TO (10000);
            INSERT INTO t VALUES {string.Join(", ", texts.Select((text, id) => $"({id}, {SqlLiteral.Text(text)})"))}, (-1, NULL);
            CREATE INDEX ON t2 USING gin (federated_query.words(s));
            ANALYZE t;
            """,
            TimeSpan.FromSeconds(10));
        Assert.Equal(["s"], scene.Table.WordIndexedColumns);
        await using (var command = new NpgsqlCommand("SET enable_seqscan = off", scene.Session.Connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        var indexed = 0;
        Prop.ForAll(SearchCases.Search.ToArbitrary(), query =>
        {
            var search = TextSearch.Parse(query);
            var test = new SearchTest(search);
            var expected = Enumerable.Range(0, texts.Count).Where(id => test.Matches(texts[id])).Select(id => id.ToString(CultureInfo.InvariantCulture));
            using var lease = scene.Scan(Expression.Search("s", search));
            indexed += lease.Scan.Where!.Contains("federated_query.words", StringComparison.Ordinal) ? 1 : 0;
            Assert.Equal((query, string.Join(' ', expected)), (query, string.Join(' ', scene.Rows($"SELECT id FROM {lease.Sql} ORDER BY id"))));
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
        Assert.True(indexed > 50, $"Only {indexed} searches went by the index.");

        using var plan = scene.Scan(Expression.Search("s", TextSearch.Parse("error kelvin")));
        await using var explain = new NpgsqlCommand($"EXPLAIN {plan.Scan.Sql}", scene.Session.Connection);
        await using var reader = await explain.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        Assert.Contains(lines, line => line.Contains("Bitmap Index Scan on t2_words_idx", StringComparison.Ordinal));
    }
}
