using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Cold.Tests.Writing;

/// <summary>What is recorded of a written file holds for each of its rows: no predicate prunes a file that has a matching row.</summary>
public sealed class WrittenMetricsTests : ParquetWriterTest
{
    [Fact]
    public void WriteAsync_RandomRows_BoundsHoldAndPruningIsRight()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => CheckAsync(new Random(seed)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    private async Task CheckAsync(Random random)
    {
        var columns = RandomPredicates.Columns;
        var rows = Enumerable.Range(0, random.Next(1, 5))
            .Select(_ => RandomPredicates.Values.Select(column => random.Next(3) == 0 && column[0] is null ? null : Value(random, column)).ToArray())
            .ToList();
        var values = string.Join(", ", rows.Select(row => $"({string.Join(", ", row.Select((value, i) => $"{(value is { } some ? DuckDbLiterals.Of(some) : "NULL")}::{DuckDbTypes.Of(columns.Fields[i].Type)}"))})"));
        var written = await Write(columns, $"SELECT * FROM (VALUES {values}) AS rows({string.Join(", ", columns.Fields.Select(field => field.Name))})");
        var table = TableMetadataChanges.Create(Guid.Empty, "/t", columns, PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], 0);
        var metrics = DataFileFactory.Create(written, "/t/data/a.parquet", table, PartitionData.Empty).Metrics;

        Assert.Equal(rows.Count, metrics.RecordCount);
        for (var i = 0; i < columns.Fields.Length; i++)
        {
            var statistics = written.Statistics[i + 1];
            var present = rows.Select(row => row[i]).OfType<Literal>().ToList();
            Assert.Equal((rows.Count, rows.Count - present.Count), (statistics.ValueCount, statistics.NullCount));
            Assert.True(statistics.NanCount is null || statistics.NanCount == present.Count(value => value.IsNaN));
            Assert.All(present.Where(value => !value.IsNaN), value =>
            {
                Assert.True(statistics.Lower is not { } lower || lower.CompareTo(value) <= 0, $"{statistics.Lower} is above {value}");
                Assert.True(statistics.Upper is not { } upper || upper.CompareTo(value) >= 0, $"{statistics.Upper} is below {value}");
            });
        }

        for (var i = 0; i < 40; i++)
        {
            var predicate = RandomPredicates.Next(random, depth: 2);
            var bound = predicate.Bind(columns);
            var matching = rows.Count(row => bound.Matches(reference => row[reference.FieldId - 1]));
            Assert.True(matching == 0 || MetricsEvaluator.MayMatch(bound, metrics), $"{predicate} prunes {values}");
            Assert.True(matching == rows.Count || !MetricsEvaluator.AllMatch(bound, metrics), $"{predicate} is said to match all of {values}");
        }
    }

    /// <summary>One of the edges, or, for text, one that is longer than a bound.</summary>
    private static Literal? Value(Random random, Literal?[] column)
    {
        var value = column[random.Next(column.Length)];
        return value is { TypeId: TypeId.String } text && random.Next(3) == 0
            ? Literal.String(string.Concat(Enumerable.Repeat(text.AsString.Length == 0 ? "\U0010FFFF" : text.AsString, random.Next(15, 40))))
            : value;
    }
}
