using System.Globalization;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transactions;
using FederatedQuery.ObjectStore;
using FederatedQuery.Tiering.Maintenance.Compaction;
using Xunit.Abstractions;

namespace FederatedQuery.Tiering.Tests.Maintenance.Compaction;

/// <summary>A table of 2,000 small files, as streams leave them: 20 days of 100 files each, every file with rows of all ids of its day.</summary>
public sealed class ManySmallFilesTests(ITestOutputHelper output) : IDisposable
{
    private const int Days = 20;
    private const int FilesPerDay = 100;
    private const int RowsPerFile = 400;
    private const int RowsPerDay = FilesPerDay * RowsPerFile;
    private const string FieldIds = "{id: 1, \"at\": 2, note: 3}";
    private const long Target = 400 * 1024;

    private readonly CompactionScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task CompactAsync_TwoThousandFiles_BecomeFilesOfTheTargetSize()
    {
        await AppendAsync();
        var predicate = Expression.And(
            Expression.And(Expression.GreaterThanOrEqual("at", CompactionScene.At(3)), Expression.LessThan("at", CompactionScene.At(4))),
            Expression.And(Expression.GreaterThanOrEqual("id", Literal.Long(3 * RowsPerDay)), Expression.LessThan("id", Literal.Long((3 * RowsPerDay) + 500))));
        const string Sql = "SELECT sum(id)::BIGINT FROM {0} WHERE id >= 120000 AND id < 120500";
        var (before, answer) = await _scene.QueryAsync(Sql, predicate);

        var result = await _scene.CompactAsync(new CompactionOptions { TargetFileBytes = Target });

        var (after, same) = await _scene.QueryAsync(Sql, predicate);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result}\nquery: {before.FilesRead} of {before.FilesTotal} files, {before.BytesRead} bytes -> {after.FilesRead} of {after.FilesTotal} files, {after.BytesRead} bytes"));
        Assert.Equal((Days * FilesPerDay, (long)Days * RowsPerDay, 0), (result.FilesBefore, result.Rows, result.Failures));
        Assert.Equal([60_124_750L], answer);
        Assert.Equal(answer, same);
        var files = (await _scene.PlanAsync()).Tasks.Select(task => task.File).ToList();
        Assert.All(files, file => Assert.True(file.FileSizeInBytes <= Target * 1.8 || file.RecordCount <= 20_480, file.ToString()));
        Assert.True(result.BytesBefore > result.BytesAfter && files.Count <= Days * 3, $"{files.Count} files");
        Assert.Equal((FilesPerDay, 1), (before.FilesRead, after.FilesRead));
        Assert.True(after.BytesRead < before.BytesRead / 2, $"{before.BytesRead} to {after.BytesRead} bytes");
        Assert.Equal(CompactionResult.Nothing, await _scene.CompactAsync(new CompactionOptions { TargetFileBytes = Target }));
    }

    /// <summary>All files of a day by one statement: one for each would take longer than all else here.</summary>
    private async Task AppendAsync()
    {
        for (var day = 0; day < Days; day++)
        {
            var folder = _scene.LocalFolder(string.Create(CultureInfo.InvariantCulture, $"day-{day}"));
            _scene.Connection.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                COPY (SELECT i AS id, TIMESTAMPTZ '2026-03-01 00:00:00+00' + to_days({day}) + to_seconds(i % 86400 // 2) AS at, 'note ' || md5(i::VARCHAR) AS note,
                  (i % {FilesPerDay})::INTEGER AS file FROM range({day * RowsPerDay}, {(day + 1) * RowsPerDay}) AS numbers(i))
                TO {DuckDBSql.QuoteLiteral(folder)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (file), OVERWRITE_OR_IGNORE, FIELD_IDS {FieldIds})
                """));
            var files = new List<DataFile>();
            for (var file = 0; file < FilesPerDay; file++)
            {
                var path = Directory.GetFiles(Path.Combine(folder, $"file={file}")).Single();
                var location = string.Create(CultureInfo.InvariantCulture, $"s3://lake/events/data/{day}-{file}.parquet");
                var target = _scene.Stores.Resolve(location);
                await target.Store.PutFileAsync(target.Key, path, WriteCondition.IfAbsent, default);
                files.Add(new DataFile
                {
                    FilePath = location,
                    FileFormat = DataFile.Parquet,
                    SpecId = 0,
                    Partition = new PartitionData(Literal.Date(new DateOnly(2026, 3, 1).AddDays(day).DayNumber - new DateOnly(1970, 1, 1).DayNumber)),
                    RecordCount = RowsPerFile,
                    FileSizeInBytes = new FileInfo(path).Length,
                    LowerBounds = Bound((day * RowsPerDay) + file),
                    UpperBounds = Bound(((day + 1) * RowsPerDay) - FilesPerDay + file),
                });
            }

            await _scene.CommitAsync(new AppendFiles([.. files]));
        }
    }

    private static FieldIdMap<ReadOnlyMemory<byte>> Bound(long id) => FieldIdMap<ReadOnlyMemory<byte>>.Create([new(1, Literal.Long(id).ToBytes())]);
}
