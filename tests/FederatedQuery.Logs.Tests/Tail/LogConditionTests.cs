using System.Text;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Expressions.Texts;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Logs.Tail;
using FederatedQuery.Testing;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace FederatedQuery.Logs.Tests.Tail;

public class LogConditionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] TextColumns = ["level", "message", "resource_id", "workflow_node"];

    private static readonly string[] Documents =
        ["{}", """{"a": 1}""", """{"a": 1.0, "b": null}""", """{"a": {"b": ["x", 2, {"c": "é"}]}}""", """{"a": "1"}""", """{"b": false}"""];

    [Fact]
    public async Task Compile_RandomFilters_SelectsWhatPostgresSelects()
    {
        var records = Records.Sample(200, 300);
        await using var source = NpgsqlDataSource.Create((await postgres.CreateDatabaseAsync("conditions")).ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await StoredLogs.CreateTableAsync(source);
        await StoredLogs.InsertAsync(connection, records);
        var table = (await PostgresIntrospector.FindAsync(connection, LogTable.HotName, CancellationToken.None))!;
        await using var session = await HotReadSession.OpenAsync(source, [LogTable.HotName], TimeSpan.FromSeconds(10), CancellationToken.None);
        var compared = 0;

        Prop.ForAll(Filters(3).ToArbitrary(), filter =>
        {
            var scan = new HotScan(session, table, predicate: filter);
            if (scan.IsExact)
            {
                compared++;
                var condition = LogCondition.Compile(filter);
                var ids = Ids(connection, scan.Where).ToHashSet();
                Assert.All(records, record => Assert.True(
                    ids.Contains(record.Id) == condition(record),
                    $"{filter} selects {(condition(record) ? "" : "no ")}record {string.Join(" | ", Enumerable.Range(3, 11).Select(record.GetString))}; {scan.Where} does otherwise."));
            }

            return true;
        }).QuickCheckThrowOnFailure();

        Assert.InRange(compared, 50, int.MaxValue);
    }

    [Fact]
    public void TryGetUtf8_FieldsWithAndWithoutValues_AreKeptApart()
    {
        string?[] texts = ["INFO", "", null, "t", null, null, "p", "", null, "n", null];
        var record = StoredLogs.Record(Guid.NewGuid(), 5, texts);

        Assert.Equal(texts, Enumerable.Range(3, 11).Select(record.GetString));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddMicroseconds(5), record.Timestamp);
    }

    private static IEnumerable<Guid> Ids(NpgsqlConnection connection, string? where)
    {
        using var command = new NpgsqlCommand($"SELECT id FROM logs WHERE {where ?? "true"} ORDER BY id", connection);
        using var reader = command.ExecuteReader();
        var ids = new List<Guid>();
        while (reader.Read())
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    private static Gen<TailRecord> Records =>
        from micros in Gen.Choose(0, 9)
        from texts in Gen.OneOf(Gen.Constant((string?)null), Values.Select(value => (string?)value)).ArrayOf(9)
        from message in SearchCases.Text
        from document in Gen.OneOf(Gen.Constant((string?)null), Gen.Elements(Documents).Select(value => (string?)value))
        select StoredLogs.Record(Guid.NewGuid(), micros * 1_000_001, [texts[0] ?? "INFO", message, .. texts[1..], document]);

    private static Gen<string> Values => Gen.OneOf(Gen.Elements("", "a", "A", "ab", "b", "é", "\uFFFD", "😀", "\U0010FFFF", "INFO", "it's \\"), SearchCases.Text);

    private static Gen<Expression> Filters(int depth)
    {
        if (depth == 0)
        {
            return Leaf;
        }

        var below = Filters(depth - 1);
        return Gen.OneOf(
            Leaf,
            below.Two().Select(pair => Expression.And(pair.Item1, pair.Item2)),
            below.Two().Select(pair => Expression.Or(pair.Item1, pair.Item2)),
            below.Select(Expression.Not));
    }

    private static Gen<Expression> Leaf => Gen.OneOf(
        from column in Gen.Elements(TextColumns)
        from value in Values
        from make in Gen.Elements<Func<string, Literal, Expression>>(
            Expression.LessThan, Expression.LessThanOrEqual, Expression.GreaterThan, Expression.GreaterThanOrEqual, Expression.Equal, Expression.NotEqual)
        select make(column, Literal.String(value)),
        from column in Gen.Elements(TextColumns)
        from value in Values
        from make in Gen.Elements<Func<string, string, Expression>>(
            Expression.StartsWith, Expression.NotStartsWith, Expression.Contains, Expression.NotContains, Expression.EndsWith, Expression.NotEndsWith)
        select make(column, value),
        from column in Gen.Elements(TextColumns)
        from values in Values.ArrayOf(3)
        from make in Gen.Elements<Func<string, System.Collections.Immutable.ImmutableArray<Literal>, Expression>>(Expression.In, Expression.NotIn)
        select make(column, [.. values.Select(Literal.String)]),
        from column in Gen.Elements(TextColumns) from make in Gen.Elements<Func<string, Expression>>(Expression.IsNull, Expression.NotNull) select make(column),
        from micros in Gen.Choose(0, 9)
        from make in Gen.Elements<Func<string, Literal, Expression>>(
            Expression.LessThan, Expression.LessThanOrEqual, Expression.GreaterThan, Expression.GreaterThanOrEqual, Expression.Equal, Expression.NotEqual)
        select make(LogTable.TimeColumn, Literal.Timestamptz(micros * 1_000_001)),
        from search in SearchCases.Search select Expression.Search("message", TextSearch.Parse(search)),
        from path in Gen.Elements("a", "b", "a.b", "$.a.b[2].c")
        from exists in Gen.Elements(true, false)
        from value in Gen.Elements("1", "null", "\"1\"", "\"é\"", "false")
        select exists ? Expression.JsonExists("metadata", JsonPath.Parse(path)) : Expression.JsonEqual("metadata", JsonPath.Parse(path), value));
}
