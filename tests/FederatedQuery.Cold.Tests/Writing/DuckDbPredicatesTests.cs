using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
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

    /// <summary>Bloom filters of Parquet files tell the zeros apart.</summary>
    [Theory]
    [InlineData("DOUBLE")]
    [InlineData("FLOAT")]
    public void Of_EqualToZero_FindsNegativeZerosInFiles(string type)
    {
        using var folder = new TemporaryFolder();
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        var file = DuckDBSql.QuoteLiteral(folder.File("zeros.parquet"));
        connection.Execute($"COPY (SELECT ['-0.0', '-1', '1'][1 + i % 3]::{type} AS x FROM range(300) AS numbers(i)) TO {file} (FORMAT parquet)");
        var (field, zero, one) = type == "FLOAT" ? (IcebergType.Float, Literal.Float(0), Literal.Float(1)) : ((PrimitiveType)IcebergType.Double, Literal.Double(0), Literal.Double(1));
        var schema = new Schema(0, NestedField.OptionalField(1, "x", field));

        Assert.Equal((100L, 200L), (Count(Expression.Equal("x", zero)), Count(Expression.In("x", [zero, one]))));

        long Count(Expression predicate)
        {
            using var result = connection.Query($"SELECT count(*) FROM {file} WHERE {DuckDbPredicates.Of(predicate.Bind(schema), reference => reference.Name)}");
            using var chunk = result.ReadChunk()!;
            return chunk[0].Values<long>()[0];
        }
    }

    /// <summary>DuckDB takes IS DISTINCT FROM for false of null where statistics know of one value alone, or of none.</summary>
    [Theory]
    [InlineData("CASE WHEN i < 3 THEN 0 END", 2)]
    [InlineData("NULL::INTEGER", 5)]
    public void Of_NotEqualInAnOr_FindsNullsInFiles(string value, long expected)
    {
        using var folder = new TemporaryFolder();
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        var file = DuckDBSql.QuoteLiteral(folder.File("nulls.parquet"));
        connection.Execute($"COPY (SELECT {value} AS x FROM range(5) AS numbers(i)) TO {file} (FORMAT parquet)");
        var predicate = Expression.Or(Expression.GreaterThan("x", Literal.Int(8)), Expression.NotEqual("x", Literal.Int(0))).Bind(new Schema(0, NestedField.OptionalField(1, "x", IcebergType.Int)));

        using var result = connection.Query($"SELECT count(*) FROM {file} WHERE {DuckDbPredicates.Of(predicate, reference => reference.Name)}");
        using var chunk = result.ReadChunk()!;

        Assert.Equal(expected, chunk[0].Values<long>()[0]);
    }

    /// <summary>Each value beside two others of every column.</summary>
    private static List<Literal?[]> AllRows()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 60).Select(i => RandomPredicates.Values.Select(column => column[(i + random.Next(2)) % column.Length]).ToArray())];
    }
}
