using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Cold.Tests.Writing;

/// <summary>Predicates in DuckDB's SQL select exactly the rows that the library's own evaluator selects: what is deleted by them is gone for good.</summary>
public class DuckDbPredicatesTests
{
    [Fact]
    public void Of_RandomPredicates_SelectWhatTheEvaluatorSelects()
    {
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        foreach (var function in PredicateFunctions.All)
        {
            connection.RegisterScalarFunction(function);
        }

        var rows = AllRows();
        connection.Execute("CREATE TABLE rows (id INTEGER, n BIGINT, t VARCHAR, f DOUBLE, d DECIMAL(12, 3), day DATE)");
        connection.Execute($"INSERT INTO rows VALUES {string.Join(", ", rows.Select((row, i) => $"({i}, {string.Join(", ", row.Select(value => value is { } present ? DuckDbLiterals.Of(present) : "NULL"))})"))}");

        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var predicate = RandomPredicates.Next(new Random(seed), depth: 3);
            var bound = predicate.Bind(RandomPredicates.Columns);
            var condition = DuckDbPredicates.Of(bound, reference => DuckDBSql.QuoteIdentifier(reference.Name));
            var expected = Enumerable.Range(0, rows.Count).Where(i => bound.Matches(reference => rows[i][reference.FieldId - 1]));
            using var result = connection.Query($"SELECT coalesce(string_agg(id, ',' ORDER BY id), '') FROM rows WHERE {condition}");
            using var chunk = result.ReadChunk()!;
            Assert.Equal((predicate.ToString(), string.Join(',', expected)), (predicate.ToString(), chunk[0].String(0)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    /// <summary>Each value beside two others of every column.</summary>
    private static List<Literal?[]> AllRows()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 60).Select(i => RandomPredicates.Values.Select(column => column[(i + random.Next(2)) % column.Length]).ToArray())];
    }
}
