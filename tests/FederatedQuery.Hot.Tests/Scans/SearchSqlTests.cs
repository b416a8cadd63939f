using System.Globalization;
using FederatedQuery.Columns;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;

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
}
