using System.Collections.Concurrent;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing;
using FederatedQuery.Testing.S3;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Cold.Tests.Files;

/// <summary>The cache over a real S3 server on the network, of whose requests 5% fail and 2% give cut bodies.</summary>
public sealed class FaultyS3Tests(S3Server server) : IClassFixture<S3Server>
{
    private const int Files = 12;
    private const int Queries = 200;

    private static readonly Schema Table = new(0,
        NestedField.RequiredField(1, "id", IcebergType.Long), NestedField.OptionalField(2, "message", IcebergType.String), NestedField.OptionalField(3, "code", IcebergType.Int));

    [S3Fact]
    public async Task Acquire_RequestsFailByChance_RowsAreRightOrTheErrorIsClear()
    {
        using var folder = new TemporaryFolder();
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        await using var proxy = await FaultProxy.StartAsync(server.Endpoint);
        using var store = new S3ObjectStore(
            server.OptionsFor(await server.CreateBucketAsync()) with { Endpoint = proxy.Address, MaxRetryDelay = TimeSpan.FromMilliseconds(20) }, TimeProvider.System);
        var originals = new List<string>();
        var files = new List<DataFileRequest>();
        for (var i = 0; i < Files; i++)
        {
            originals.Add(Write(connection, folder.File($"{i}.parquet"), i));
            var properties = await store.PutFileAsync($"data/{i}.parquet", originals[i], WriteCondition.None, CancellationToken.None);
            files.Add(new DataFileRequest(new ObjectLocation(store, $"data/{i}.parquet"), properties.Length));
        }

        proxy.Rates = new FaultRates { InternalError = 0.02, SlowDown = 0.02, CutBefore = 0.01, CutBody = 0.01, TruncatedBody = 0.01 };
        using var metrics = new DataFileCacheMetrics();
        var options = new DataFileCacheOptions
        {
            Directory = folder.File("cache"),
            MaxBytes = files.Sum(file => file.Length) / 2,
            RangeBytes = 64 * 1024,
            PartialThresholdBytes = 32 * 1024,
            RetryDelay = TimeSpan.FromMilliseconds(5),
        };
        using var remote = new RemoteFiles(options, metrics, TimeProvider.System, NullLogger.Instance);
        var errors = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Queries), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (query, token) =>
        {
            var random = new Random(query);
            var wanted = Enumerable.Range(0, Files).Where(_ => random.Next(4) == 0).Take(4).ToList();
            int[] columns = random.Next(3) switch { 0 => [1], 1 => [1, 3], _ => [1, 2, 3] };
            var least = random.Next(20_000);
            var selection = new ColumnSelection([.. columns])
            {
                Filter = Expression.GreaterThanOrEqual("id", Literal.Long(least)).Bind(Table, caseSensitive: true),
            };
            var sql = "SELECT count(*), sum(id)" + (columns.Contains(2) ? ", min(message), max(message)" : "") + (columns.Contains(3) ? ", sum(code)" : "");
            if (wanted.Count == 0)
            {
                return;
            }

            try
            {
                var (leases, _) = await remote.AcquireAsync([.. wanted.Select(i => files[i] with { Columns = selection })], token);
                using (leases)
                {
                    Assert.Equal(Answer(database, sql, wanted.Select(i => originals[i]), least), Answer(database, sql, leases.Paths, least));
                }
            }
            catch (ObjectStoreException error)
            {
                errors.Enqueue(error.Message);
            }
        });

        Assert.True(errors.Count < Queries / 10, string.Join('\n', errors));
        Assert.All(errors, error => Assert.Contains("data/", error, StringComparison.Ordinal));
        Assert.True(proxy.Faults.Values.Sum() > 20, "Hardly anything failed.");
        Assert.Equal(0, remote.Cache.Leases);
        Assert.InRange(new DirectoryInfo(options.Directory).EnumerateFiles().Sum(file => file.Length), 1, options.MaxBytes);
    }

    private static string Write(DuckDBConnection connection, string path, int seed)
    {
        connection.Execute($$"""
            COPY (SELECT i AS id, md5((i + {{seed}})::VARCHAR) AS message, ((i * {{seed + 3}}) % 1000)::INTEGER AS code FROM range(20000) t(i))
            TO {{DuckDBSql.QuoteLiteral(path)}} (FORMAT parquet, ROW_GROUP_SIZE 2048, FIELD_IDS {id: 1, message: 2, code: 3})
            """);
        return path;
    }

    private static string Answer(DuckDBDatabase database, string select, IEnumerable<string> paths, int least)
    {
        using var connection = database.Connect();
        using var result = connection.Query(
            $"SELECT r::VARCHAR FROM ({select} FROM read_parquet([{string.Join(", ", paths.Select(DuckDBSql.QuoteLiteral))}]) WHERE id >= {least}) AS r");
        using var chunk = result.ReadChunk();
        return chunk![0].String(0);
    }
}
