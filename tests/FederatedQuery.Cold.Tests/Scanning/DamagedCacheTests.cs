using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Cold.Scanning.Reading;
using FederatedQuery.Cold.Tests.Files;
using FederatedQuery.DuckDb;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Scanning;

public sealed class DamagedCacheTests : IDisposable
{
    private static readonly Schema Schema = new(0, NestedField.OptionalField(1, "id", IcebergType.Int));

    private readonly TemporaryFolder _folder = new();
    private readonly CacheScene _scene = new(64 << 20);
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;

    public DamagedCacheTests() => _connection = _database.Connect();

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
        _scene.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task OpenAsync_FooterOfACachedFileIsDamaged_FetchesItAgain()
    {
        var file = await _scene.AddAsync("a.parquet", Parquet());
        Assert.Equal(["[42]"], await ReadAsync(file));
        Damage(_scene.DataFiles.Single());

        Assert.Equal(["[42]"], await ReadAsync(file));
    }

    [Fact]
    public async Task OpenAsync_FooterOfTheObjectIsDamaged_NamesTheFile()
    {
        var content = Parquet();
        content[^1] ^= 1;

        var exception = await Assert.ThrowsAsync<IcebergException>(async () => await ReadAsync(await _scene.AddAsync("b.parquet", content)));

        Assert.Equal("Cannot read the Parquet file 's3://bucket/data.parquet': The file does not end with PAR1.", exception.Message);
    }

    private byte[] Parquet()
    {
        var path = _folder.File("a.parquet");
        _connection.Execute($"COPY (SELECT 42::INTEGER AS id) TO {DuckDBSql.QuoteLiteral(path)} (FORMAT PARQUET, FIELD_IDS {{id: 1}})");
        return File.ReadAllBytes(path);
    }

    private async Task<List<string>> ReadAsync(DataFileRequest file)
    {
        var table = TableMetadataChanges.Create(Guid.NewGuid(), "s3://bucket", Schema, PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], 0);
        var task = new ScanTask
        {
            File = new DataFile
            {
                FilePath = "s3://bucket/data.parquet",
                FileFormat = DataFile.Parquet,
                SpecId = 0,
                Partition = PartitionData.Empty,
                RecordCount = 1,
                FileSizeInBytes = file.Length,
            },
            SequenceNumber = 1,
            FileSequenceNumber = 1,
            Spec = PartitionSpec.Unpartitioned,
            Deletes = [],
            Residual = BoundExpression.True,
        };
        var plan = new ScanPlan { Scan = TableScan.Of(table), Filter = BoundExpression.True, Tasks = [task], FilesTotal = 1 };
        var scan = new ColdScan(plan, [new ScanColumn("id", DuckDBLogicalType.Integer, table.CurrentSchema.Fields[0])], [file], []);
        var stores = new ObjectStoreRegistry();

        // Not disposed of: the cache is the scene's.
        var source = new DataFileSource(() => _scene.Files);

        // New each time: as in another process, nothing is known of the file yet.
        using var open = await new ColdScans(stores, source, new ManifestCache(stores, 0)).OpenAsync([scan], default);
        foreach (var setup in scan.SetupSql)
        {
            _connection.Execute(setup);
        }

        return [.. JsonRows.Read(_connection, scan.SelectSql).Rows.Select(row => row.GetRawText())];
    }

    private static void Damage(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
