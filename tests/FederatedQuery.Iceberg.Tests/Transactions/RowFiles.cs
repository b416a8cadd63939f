using System.Collections.Immutable;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Transforms;

namespace FederatedQuery.Iceberg.Tests.Transactions;

/// <summary>A row of the events table: its id and its time.</summary>
internal readonly record struct Row(long Id, long TimeMicros)
{
    public const long MicrosOfDay = 86_400_000_000;

    public long Day => Math.DivRem(TimeMicros, MicrosOfDay) is (var days, < 0) ? days - 1 : TimeMicros / MicrosOfDay;
}

/// <summary>
/// The content of data and delete files by their locations, which stands for the files themselves: for tests of what the metadata says of them.
/// Everything is written with the metrics of a real file.
/// </summary>
internal sealed class RowFiles
{
    private const int FilePathId = 2147483546;

    private readonly Dictionary<string, Row[]> _data = [];
    private readonly Dictionary<string, (string Path, long Position)[]> _deletes = [];
    private int _files;

    public Row[] RowsOf(string path) => _data[path];

    /// <summary>Writes rows as the table is partitioned now, a file for each partition.</summary>
    public ImmutableArray<DataFile> Write(TableMetadata table, IEnumerable<Row> rows) =>
    [
        .. rows.GroupBy(row => PartitionOf(table, row)).Select(group =>
        {
            var path = $"/data/{_files++:D6}.parquet";
            Row[] content = [.. group];
            _data.Add(path, content);
            return new DataFile
            {
                FilePath = path,
                FileFormat = DataFile.Parquet,
                SpecId = table.DefaultSpecId,
                Partition = group.Key,
                RecordCount = content.Length,
                FileSizeInBytes = 100 * content.Length,
                ValueCounts = Map((1, (long)content.Length), (2, content.Length)),
                NullValueCounts = Map((1, 0L), (2, 0L)),
                LowerBounds = Map((1, Long(content.Min(row => row.Id))), (2, Long(content.Min(row => row.TimeMicros)))),
                UpperBounds = Map((1, Long(content.Max(row => row.Id))), (2, Long(content.Max(row => row.TimeMicros)))),
            };
        }),
    ];

    /// <summary>Deletes rows of one data file by position.</summary>
    public DataFile Delete(DataFile file, IEnumerable<Row> rows)
    {
        var gone = rows.ToHashSet();
        var path = $"/data/{_files++:D6}-deletes.parquet";
        var positions = _data[file.FilePath].Select((row, position) => (row, position)).Where(row => gone.Contains(row.row)).Select(row => (file.FilePath, (long)row.position)).ToArray();
        _deletes.Add(path, positions);
        ReadOnlyMemory<byte> bound = System.Text.Encoding.UTF8.GetBytes(file.FilePath);
        return new DataFile
        {
            Content = FileContent.PositionDeletes,
            FilePath = path,
            FileFormat = DataFile.Parquet,
            SpecId = file.SpecId,
            Partition = file.Partition,
            RecordCount = positions.Length,
            FileSizeInBytes = 10 * positions.Length,
            LowerBounds = Map((FilePathId, bound)),
            UpperBounds = Map((FilePathId, bound)),
            ReferencedDataFile = file.FilePath,
        };
    }

    /// <summary>What a task's file holds once its deletes are applied.</summary>
    public IEnumerable<Row> Read(ScanTask task)
    {
        var gone = task.Deletes.SelectMany(delete => _deletes[delete.File.FilePath])
            .Where(delete => delete.Path == task.File.FilePath)
            .Select(delete => delete.Position)
            .ToHashSet();
        return _data[task.File.FilePath].Where((_, position) => !gone.Contains(position));
    }

    public IEnumerable<Row> Read(ScanPlan plan) => plan.Tasks.SelectMany(Read);

    public static bool Matches(BoundExpression filter, Row row) => filter.Matches(reference => reference.FieldId switch
    {
        1 => Literal.Long(row.Id),
        2 => Literal.Timestamptz(row.TimeMicros),
        _ => null,
    });

    private static PartitionData PartitionOf(TableMetadata table, Row row) => new(
    [
        .. table.DefaultSpec.Fields.Select(field => field.Transform.Apply(field.SourceId == 1 ? Literal.Long(row.Id) : (Literal?)Literal.Timestamptz(row.TimeMicros))),
    ]);

    private static FieldIdMap<T> Map<T>(params (int Id, T Value)[] entries) =>
        FieldIdMap<T>.Create(entries.Select(entry => KeyValuePair.Create(entry.Id, entry.Value)));

    private static ReadOnlyMemory<byte> Long(long value) => BitConverter.GetBytes(value);
}
