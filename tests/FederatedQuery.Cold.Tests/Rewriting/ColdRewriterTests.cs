using System.Globalization;
using FederatedQuery.Cold.Rewriting;
using FederatedQuery.Cold.Tests.Scanning;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.Cold.Tests.Rewriting;

public sealed class ColdRewriterTests : IDisposable
{
    private static readonly Schema Events = new(
        0,
        NestedField.OptionalField(1, "at", IcebergType.Timestamptz),
        NestedField.OptionalField(2, "id", IcebergType.Long),
        NestedField.OptionalField(3, "value", IcebergType.Double),
        NestedField.OptionalField(4, "note", IcebergType.String));

    private static readonly PartitionSpec ByDay = new(0, new PartitionField(1, 1000, "at_day", Transform.Day));

    private static readonly SortOrder ById = new(1, new SortField(2, Transform.Identity, SortDirection.Ascending, NullOrder.NullsLast));

    private readonly RewriteScene _scene = new();

    public void Dispose() => _scene.Dispose();

    /// <summary>Tables of evolved schemas and partition specs, to specs that their own may tell, or may not.</summary>
    [Fact]
    public void RewriteAsync_RandomTablesAndSpecs_KeepsEveryRow() => Prop
        .ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => CheckAsync(new Random(seed)).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    [Fact]
    public async Task RewriteAsync_SmallTarget_GivesSortedFilesThatDoNotOverlap()
    {
        const int Rows = 200_000;
        var table = _scene.Create(Events, ByDay, ById);
        table = await _scene.AppendAsync(table, Day(1), [.. Enumerable.Range(0, 4).Select(part => Rows4(part, Rows / 4))]);
        var request = await _scene.RequestAsync(table) with { TargetFileBytes = 500_000 };

        var rewrite = await _scene.Rewriter.RewriteAsync(request, null, default);

        Assert.Equal((Rows, Rows, 0L, request.Plan.BytesSelected), (rewrite.Rows, rewrite.RowsRead, rewrite.RowsLeftOut, rewrite.BytesRead));
        Assert.InRange(rewrite.Files.Length, 3, 12);
        Assert.All(rewrite.Files, file => Assert.Equal((1, 0, Day(1)), (file.SortOrderId, file.SpecId, file.Partition)));
        var next = 0L;
        foreach (var file in rewrite.Files)
        {
            var (first, last) = (Bound(file.LowerBounds, 2), Bound(file.UpperBounds, 2));
            Assert.Equal((next, next + file.RecordCount - 1), (first.AsLong, last.AsLong));
            next = last.AsLong + 1;
            var path = _scene.PathOf(file);
            Assert.Equal(new FileInfo(path.Trim('\'')).Length, file.FileSizeInBytes);
            Assert.Equal(
                ["true"],
                _scene.Strings($"SELECT bool_and(id >= previous) FROM (SELECT id, lag(id, 1, id) OVER (ORDER BY file_row_number) AS previous FROM read_parquet({path}, file_row_number = true))"));
            CheckMetrics(file, path);
        }

        Assert.Empty(_scene.Staged);
        var committed = await _scene.CommitAsync(request, rewrite);
        Assert.Equal([$"{Rows}|{Rows}|{(long)Rows * (Rows - 1) / 2}"], await _scene.QueryAsync(committed, "SELECT count(*), count(DISTINCT id), sum(id) FROM {0}"));
        Assert.Equal(["7|1"], await _scene.QueryAsync(committed, "SELECT id, count(*) FROM {0} WHERE id = 7 GROUP BY id", Expression.Equal("id", Literal.Long(7))));
    }

    [Fact]
    public async Task RewriteAsync_OtherSpec_DividesRowsAndSaysSoOfFiles()
    {
        var table = _scene.Create(Events, PartitionSpec.Unpartitioned, ById);
        table = await _scene.AppendAsync(
            table,
            PartitionData.Empty,
            "SELECT TIMESTAMPTZ '2026-03-01 00:00:00+00' + to_hours(i::INTEGER) AS at, i AS id, i / 7.0 AS value, 'x' AS note FROM range(72) AS numbers(i)",
            "SELECT NULL::TIMESTAMPTZ AS at, 1000 AS id, NULL AS value, NULL AS note");
        var spec = new PartitionSpec(1, new PartitionField(1, 1001, "at_day", Transform.Day), new PartitionField(2, 1002, "id_bucket", Transform.Bucket(2)));
        var request = await _scene.RequestAsync(table) with { Spec = spec };

        var rewrite = await _scene.Rewriter.RewriteAsync(request, null, default);

        Assert.Equal(7, rewrite.Files.Length);
        Assert.Equal(3 * 2, rewrite.Files.Count(file => file.FilePath.Contains("/data/at_day=2026-03-0", StringComparison.Ordinal)));
        Assert.Single(rewrite.Files, file => file.Partition[0] is null && file.RecordCount == 1);
        var committed = await _scene.CommitAsync(request, rewrite);
        Assert.Equal(["73|3556"], await _scene.QueryAsync(committed, "SELECT count(*), sum(id) FROM {0}"));
        var day = Expression.And(Expression.GreaterThanOrEqual("at", At(2)), Expression.LessThan("at", At(3)));
        Assert.Equal(["24|24|47"], await _scene.QueryAsync(committed, "SELECT count(*), min(id), max(id) FROM {0}", day));
    }

    [Theory]
    [InlineData("value = 1", 9, 1)]
    [InlineData("value <> 1", 2, 8)]
    [InlineData("value is null", 6, 4)]
    [InlineData("SQL", 7, 3)]
    public async Task RewriteAsync_RowsToLeaveOut_LeavesOutThoseThatMatchAndNoOthers(string predicate, int kept, int leftOut)
    {
        var table = _scene.Create(Events, ByDay, ById);
        table = await _scene.AppendAsync(
            table, Day(1), "SELECT TIMESTAMPTZ '2026-03-01 12:00:00+00' AS at, i AS id, CASE WHEN i % 3 = 0 THEN NULL WHEN i = 1 THEN 1 WHEN i = 2 THEN 'nan'::DOUBLE ELSE i END AS value, '' AS note FROM range(10) AS numbers(i)");
        var request = await _scene.RequestAsync(table) with
        {
            LeaveOut = predicate switch
            {
                "value = 1" => LeftOutRows.Where(Expression.Equal("value", Literal.Double(1))),
                "value <> 1" => LeftOutRows.Where(Expression.And(Expression.NotEqual("value", Literal.Double(1)), Expression.NotEqual("id", Literal.Long(0)))),
                "SQL" => LeftOutRows.Where("matching.value BETWEEN 5 AND 8"),
                _ => LeftOutRows.Where(Expression.IsNull("value")),
            },
        };

        var rewrite = await _scene.Rewriter.RewriteAsync(request, null, default);

        Assert.Equal((10, leftOut, kept), (rewrite.RowsRead, rewrite.RowsLeftOut, rewrite.Rows));
    }

    [Fact]
    public async Task RewriteAsync_AllRowsLeftOut_WritesNothing()
    {
        var table = _scene.Create(Events, ByDay, ById);
        table = await _scene.AppendAsync(table, Day(1), Rows4(0, 10));

        var rewrite = await _scene.Rewriter.RewriteAsync(await _scene.RequestAsync(table) with { LeaveOut = LeftOutRows.Where(Expression.NotNull("id")) }, null, default);

        Assert.Equal((0, 10L), (rewrite.Files.Length, rewrite.RowsLeftOut));
    }

    [Fact]
    public async Task RewriteAsync_MetadataCountsOtherRows_FailsAndLeavesNothingBehind()
    {
        var table = _scene.Create(Events, ByDay, ById);
        table = await _scene.AppendAsync(table, Day(1), Rows4(0, 10));
        table = await _scene.AppendAsync(table, Day(2), Rows4(1, 10));
        var request = await _scene.RequestAsync(table);
        var before = _scene.DataFiles.Order().ToList();
        var last = request.Plan.Tasks[^1];
        var wrong = request.Plan with { Tasks = request.Plan.Tasks.SetItem(request.Plan.Tasks.Length - 1, last with { File = last.File with { RecordCount = 11 } }) };

        var error = await Assert.ThrowsAsync<IcebergException>(() => _scene.Rewriter.RewriteAsync(request with { Plan = wrong }, null, default));

        Assert.Equal(IcebergErrorKind.InvalidFile, error.Kind);
        Assert.Equal(
            $"10 rows of table 'test.t' were written where 11 were expected, by its metadata, of 1 files such as '{last.File.FilePath}'. Nothing was changed.", error.Message);
        Assert.Equal(before, _scene.DataFiles.Order());
        Assert.Empty(_scene.Staged);
    }

    [Fact]
    public async Task RewriteAsync_SmallChunks_ReportsEachAndKeepsOrderWithin()
    {
        var table = _scene.Create(Events, ByDay, ById);
        table = await _scene.AppendAsync(table, Day(1), [.. Enumerable.Range(0, 6).Select(part => Rows4(part, 1000))]);
        var request = await _scene.RequestAsync(table);
        var reports = new List<RewriteProgress>();

        var rewrite = await _scene.Rewriter.RewriteAsync(
            request with { MaxChunkBytes = request.Plan.BytesSelected / 2 }, new Reports(reports.Add), default);

        Assert.Equal([(3, 6), (6, 6)], reports.Select(report => (report.FilesRead, report.FilesTotal)));
        Assert.Equal([(3000L, 1), (6000L, 2)], reports.Select(report => (report.RowsWritten, report.FilesWritten)));

        // Chunks of neighbours by the sort order, as far as bounds tell: every source file spans all ids here, so each half does too.
        Assert.Equal([3000L, 3000L], rewrite.Files.Select(file => file.RecordCount));
    }

    /// <summary>Rows that have yet to be divided are held by DuckDB meanwhile; of those that are of one partition the whole is sorted.</summary>
    [Fact]
    public async Task Of_FilesOfSeveralPartitions_HaveChunksOfTheirOwnSize()
    {
        var table = _scene.Create(Events, ByDay, ById);
        table = await _scene.AppendAsync(table, Day(1), [.. Enumerable.Range(0, 6).Select(part => Rows4(part, 1000))]);
        var request = await _scene.RequestAsync(table);
        var (bytes, third) = (request.Plan.BytesSelected, (request.Plan.BytesSelected / 3) + 1);
        var divided = request with { Spec = new PartitionSpec(1, new PartitionField(2, 1001, "id_bucket", Transform.Bucket(2))) };

        Assert.Equal([6], RewriteChunk.Of(table.Metadata, request, bytes, third).Select(chunk => chunk.Tasks.Length));
        Assert.Equal([2, 2, 2], RewriteChunk.Of(table.Metadata, divided, bytes, third).Select(chunk => chunk.Tasks.Length));
    }

    private async Task CheckAsync(Random random)
    {
        using var table = await RandomColdTable.WriteAsync(_scene.Services, _scene.Connection, _scene.Folder, random, default);
        var spec = random.Next(3) == 0 ? table.Metadata.DefaultSpec : table.Spec() with { SpecId = table.Metadata.PartitionSpecs.Max(other => other.SpecId) + 1 };
        var key = table.Metadata.CurrentSchema.Fields[random.Next(table.Metadata.CurrentSchema.Fields.Length)];
        var request = new RewriteRequest
        {
            Table = table.Table,
            Plan = await _scene.PlanAsync(table.Table),
            Spec = spec,
            SortOrder = new SortOrder(1, new SortField(key.Id, Transform.Identity, (SortDirection)random.Next(2), (NullOrder)random.Next(2))),
            MaxChunkBytes = random.Next(1, 40_000),
        };

        var rewrite = await _scene.Rewriter.RewriteAsync(request, null, default);

        foreach (var file in rewrite.Files)
        {
            var expected = _scene.Strings($"SELECT count(*) FROM read_parquet({_scene.PathOf(file)}, hive_partitioning = false)");
            Assert.Equal(expected, [file.RecordCount.ToString(CultureInfo.InvariantCulture)]);
            Assert.Equal(spec.SpecId, file.SpecId);
        }

        Assert.Empty(_scene.Staged);
        var metadata = table.Metadata.FindPartitionSpec(spec.SpecId) is null
            ? table.Metadata with { PartitionSpecs = table.Metadata.PartitionSpecs.Add(spec), LastPartitionId = Math.Max(table.Metadata.LastPartitionId, spec.HighestFieldId) }
            : table.Metadata;
        var committed = await _scene.CommitAsync(request with { Table = table.Table with { Metadata = metadata } }, rewrite);
        Assert.Empty(await _scene.QueryAsync(committed, $"(SELECT * FROM {{0}}) EXCEPT ALL SELECT * FROM {RandomColdTable.AllRows}"));
        Assert.Empty(await _scene.QueryAsync(committed, $"SELECT * FROM {RandomColdTable.AllRows} EXCEPT ALL (SELECT * FROM {{0}})"));
    }

    private void CheckMetrics(DataFile file, string path)
    {
        var found = _scene.Strings($"SELECT count(*) - count(\"at\") AS a, count(*) - count(value) AS b, count(*) - count(note) AS c, epoch_us(min(\"at\")) AS d, epoch_us(max(\"at\")) AS e, min(note) AS f, max(note) AS g FROM read_parquet({path})");
        var (nulls, notes) = (file.NullValueCounts!, (Bound(file.LowerBounds, 4).AsString, Bound(file.UpperBounds, 4).AsString));
        Assert.Equal(
            [string.Create(CultureInfo.InvariantCulture, $"{nulls[1]}|{nulls[3]}|{nulls[4]}|{Bound(file.LowerBounds, 1).AsLong}|{Bound(file.UpperBounds, 1).AsLong}|{notes.Item1}|{notes.Item2}")], found);
        Assert.Equal(file.RecordCount, file.ValueCounts![1]);

        // There are NaNs, which DuckDB does not count, and whose bounds it does not give.
        Assert.False(file.NaNValueCounts!.TryGetValue(3, out _));
        Assert.True(file.LowerBounds!.TryGetValue(3, out var lower) ? Literal.FromBytes(IcebergType.Double, lower.Span).AsDouble <= 0 : true);
    }

    private static Literal Bound(FieldIdMap<ReadOnlyMemory<byte>>? bounds, int id) =>
        Literal.FromBytes((PrimitiveType)Events.FindField(id)!.Type, bounds![id].Span);

    /// <summary>Every fourth id, of a day: <c>id</c> from <paramref name="part"/> on in steps of four.</summary>
    private static string Rows4(int part, int rows) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT TIMESTAMPTZ '2026-03-01 00:00:00+00' + to_microseconds((hash(i) % 86400000000)::BIGINT) AS at, i * 4 + {part % 4} AS id,
        CASE WHEN i % 100 = 1 THEN 'nan'::DOUBLE WHEN i % 5 = 0 THEN NULL ELSE i / 3.0 END AS value, 'note ' || md5(i::VARCHAR)[:20] AS note FROM range({rows}) AS numbers(i)
        """);

    private static PartitionData Day(int day) => new(Literal.Date(new DateOnly(2026, 3, day).DayNumber - new DateOnly(1970, 1, 1).DayNumber));

    private static Literal At(int day) => Literal.Timestamptz(new DateTimeOffset(2026, 3, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1000);

    private sealed class Reports(Action<RewriteProgress> report) : IProgress<RewriteProgress>
    {
        public void Report(RewriteProgress value) => report(value);
    }
}
