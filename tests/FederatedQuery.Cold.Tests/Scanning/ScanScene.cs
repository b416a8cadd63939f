using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Iceberg.Tests.Puffin;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>Data files and deletes of a <see cref="ScanModel"/> on disk, beside what the specification says is left of them.</summary>
internal sealed class ScanScene : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FixtureScan _scan;
    private readonly List<SceneFile> _files = [];
    private readonly List<SceneDelete> _deletes = [];
    private readonly TableMetadata _table;
    private int _deleteFiles;

    public ScanScene()
    {
        Stores = ObjectStoreRegistry.ForFolder(_folder.FullPath, TimeProvider.System);
        _scan = new FixtureScan(Stores);
        _table = TableMetadataChanges.Create(Guid.NewGuid(), _folder.FullPath, ScanModel.Schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], 0, formatVersion: 3);
        _table = _table with
        {
            Schemas = [ScanModel.Schema, ScanModel.Former],
            CurrentSchemaId = ScanModel.Schema.SchemaId,
            PartitionSpecs = [PartitionSpec.Unpartitioned, ScanModel.ByPart],
        };
    }

    public ObjectStoreRegistry Stores { get; }

    /// <summary>All rows that are left, in any order.</summary>
    public IEnumerable<JsonArray> Expected => _files.SelectMany(file => file.Rows.Where((row, i) => !_deletes.Any(delete => delete.Deletes(file, row, i)))
        .Select(row => ScanModel.Expected(row, file.Version, file.IsPartitioned, file.Partition)));

    public void AddFile(int version, string? partition, bool isPartitioned, long sequenceNumber, IReadOnlyList<ScanModel.Row> rows)
    {
        var path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"data [{_files.Count}]*.parquet"));
        var shape = ScanModel.Versions[version];
        var values = rows.Count == 0 ? $"SELECT {shape.Values(new(null, null, null, null, null, null, null))} WHERE false" : $"VALUES {string.Join(", ", rows.Select(row => $"({shape.Values(row)})"))}";
        Copy(path, $"SELECT * FROM ({values}) AS t({string.Join(", ", shape.Columns.Select(column => $"\"{column.Name}\""))})", string.Join(", ", shape.Columns.Select(column => $"\"{column.Name}\": {column.FieldIds}")));
        _files.Add(new SceneFile(path, shape, partition, isPartitioned, sequenceNumber, rows));
    }

    public void DeletePositions(int file, long sequenceNumber, IReadOnlyList<int> positions)
    {
        var target = _files[file];
        if (_deletes.Exists(delete => delete is PositionDelete { File.IsDeletionVector: true } vector && vector.Target == target))
        {
            // Whatever other deletes say of a file with a deletion vector is in the vector, or does not count.
            return;
        }

        var path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"positions-{_deleteFiles++}.parquet"));
        Copy(
            path,
            $"SELECT {ScanModel.Quoted("file://" + target.Path)} AS file_path, unnest([{string.Join(", ", positions)}]::BIGINT[]) AS pos",
            "file_path: 2147483546, pos: 2147483545");
        _deletes.Add(new PositionDelete(target, positions, sequenceNumber, FileOf(path, FileContent.PositionDeletes, target.IsPartitioned, target.Partition, positions.Count)));
    }

    /// <returns>The path of the Puffin file.</returns>
    public string DeleteByVector(int file, long sequenceNumber, IReadOnlyList<int> positions)
    {
        var target = _files[file];
        var path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"vector-{_deleteFiles++}.puffin"));
        var blob = RoaringBytes.DeletionVector(positions.Select(position => (long)position));
        File.WriteAllBytes(path, [.. "PFA1"u8, .. blob, .. "PFA1"u8]);
        var deleted = FileOf(path, FileContent.PositionDeletes, target.IsPartitioned, target.Partition, positions.Distinct().Count()) with
        {
            FileFormat = DataFile.Puffin,
            ContentOffset = 4,
            ContentSizeInBytes = blob.Length,
            ReferencedDataFile = target.Path,
        };
        _deletes.RemoveAll(delete => delete is PositionDelete other && other.Target == target);
        _deletes.Add(new PositionDelete(target, positions, sequenceNumber, deleted));
        return path;
    }

    /// <param name="fields">What is compared: columns, or <see cref="ScanModel.PointX"/>.</param>
    public void DeleteEqual(bool isPartitioned, string? partition, long sequenceNumber, int[] fields, IReadOnlyList<object?[]> keys)
    {
        var path = _folder.File(string.Create(CultureInfo.InvariantCulture, $"equality-{_deleteFiles++}.parquet"));
        var columns = fields.Select((field, i) => field switch
        {
            ScanModel.PointX => (Name: "point", Type: "STRUCT(x INTEGER)", Ids: "{__duckdb_field_id: 3, x: 4}", Value: (Func<object?, string>)(key => $"{{'x': {ScanModel.Number((int?)key)}}}")),
            ScanModel.Text or ScanModel.Part => ($"c{i}", "VARCHAR", field.ToString(CultureInfo.InvariantCulture), key => ScanModel.Quoted((string?)key)),
            _ => ($"c{i}", "INTEGER", field.ToString(CultureInfo.InvariantCulture), key => ScanModel.Number((int?)key)),
        }).ToList();
        var rows = keys.Select(key => $"({string.Join(", ", columns.Select((column, i) => $"{column.Value(key[i])}::{column.Type}"))})");
        Copy(path, $"SELECT * FROM (VALUES {string.Join(", ", rows)}) AS t({string.Join(", ", columns.Select(column => column.Name))})", string.Join(", ", columns.Select(column => $"{column.Name}: {column.Ids}")));
        var file = FileOf(path, FileContent.EqualityDeletes, isPartitioned, partition, keys.Count) with { EqualityIds = [.. fields] };
        _deletes.Add(new EqualityDelete(isPartitioned, partition, fields, keys, sequenceNumber, file));
    }

    public async Task<List<string>> ReadAsync(string sql = "SELECT * FROM t")
    {
        var plan = new ScanPlan
        {
            Scan = TableScan.Of(_table),
            Filter = BoundExpression.True,
            Tasks = [.. _files.Select(file => new ScanTask
            {
                File = FileOf(file.Path, FileContent.Data, file.IsPartitioned, file.Partition, file.Rows.Count),
                SequenceNumber = file.SequenceNumber,
                FileSequenceNumber = file.SequenceNumber,
                Spec = file.IsPartitioned ? ScanModel.ByPart : PartitionSpec.Unpartitioned,
                Deletes = [.. _deletes.Where(delete => delete.Covers(file)).Select(delete => new DeleteFile(delete.File, delete.SequenceNumber))],
                Residual = BoundExpression.True,
            })],
            FilesTotal = _files.Count,
        };
        var deletes = plan.Tasks.SelectMany(task => task.Deletes).Select(delete => delete.File).Where(file => !file.IsDeletionVector).Distinct().ToList();
        var columns = ScanModel.Schema.Fields;
        var scan = new ColdScan(
            plan,
            [.. columns.Select(column => new ScanColumn(column.Name, DuckDbTypes.Of(column.Type), column))],
            [.. plan.Tasks.Select(task => task.File).Concat(deletes).Select(file => new DataFileRequest(Stores.Resolve(file.FilePath), file.FileSizeInBytes))],
            deletes);
        using var open = await _scan.Scans.OpenAsync([scan], default);
        foreach (var setup in scan.SetupSql)
        {
            _scan.Connection.Execute(setup);
        }

        return [.. JsonRows.Read(_scan.Connection, $"WITH t AS ({scan.SelectSql}) {sql}").Rows.Select(row => row.GetRawText())];
    }

    public void Dispose()
    {
        _scan.Dispose();
        _folder.Dispose();
    }

    private void Copy(string path, string select, string fieldIds) =>
        _scan.Connection.Execute($"COPY ({select}) TO {ScanModel.Quoted(path)} (FORMAT PARQUET, FIELD_IDS {{{fieldIds}}}, ROW_GROUP_SIZE 2048)");

    private static DataFile FileOf(string path, FileContent content, bool isPartitioned, string? partition, int rows) => new()
    {
        FilePath = path,
        FileFormat = DataFile.Parquet,
        Content = content,
        SpecId = isPartitioned ? ScanModel.ByPart.SpecId : 0,
        Partition = isPartitioned ? new PartitionData([partition is null ? null : Literal.String(partition)]) : PartitionData.Empty,
        RecordCount = rows,
        FileSizeInBytes = new FileInfo(path).Length,
    };

    private sealed record SceneFile(string Path, ScanModel.Version Version, string? Partition, bool IsPartitioned, long SequenceNumber, IReadOnlyList<ScanModel.Row> Rows);

    private abstract record SceneDelete(long SequenceNumber, DataFile File)
    {
        public abstract bool Covers(SceneFile file);

        public abstract bool Deletes(SceneFile file, ScanModel.Row row, int position);
    }

    private sealed record PositionDelete(SceneFile Target, IReadOnlyList<int> Positions, long SequenceNumber, DataFile File) : SceneDelete(SequenceNumber, File)
    {
        /// <summary>Of a partition's deletes readers know only by reading them which files they name.</summary>
        public override bool Covers(SceneFile file) => file.SequenceNumber <= SequenceNumber && file.IsPartitioned == Target.IsPartitioned && file.Partition == Target.Partition
            && (!File.IsDeletionVector || ReferenceEquals(file, Target));

        public override bool Deletes(SceneFile file, ScanModel.Row row, int position) =>
            ReferenceEquals(file, Target) && Covers(file) && Positions.Contains(position);
    }

    private sealed record EqualityDelete(bool IsPartitioned, string? Partition, int[] Fields, IReadOnlyList<object?[]> Keys, long SequenceNumber, DataFile File)
        : SceneDelete(SequenceNumber, File)
    {
        public override bool Covers(SceneFile file) =>
            file.SequenceNumber < SequenceNumber && (!IsPartitioned || (file.IsPartitioned && file.Partition == Partition));

        public override bool Deletes(SceneFile file, ScanModel.Row row, int position) => Covers(file) && Keys.Any(key => Fields
            .Select(field => ScanModel.KeyOf(row, file.Version, file.IsPartitioned, file.Partition, field)).SequenceEqual(key));
    }
}
