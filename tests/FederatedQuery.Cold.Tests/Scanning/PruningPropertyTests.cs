using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Columns;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace FederatedQuery.Cold.Tests.Scanning;

/// <summary>
/// Random tables, written by the real writer under random partition specs and changed in between, against the same rows in a table of DuckDB's: what is
/// left out by planning never holds a row that is wanted. The seed is printed; PRUNING_CASES asks for more tables, PRUNING_SEED for those of one seed.
/// </summary>
public sealed class PruningPropertyTests : IAsyncLifetime, IDisposable
{
    private const int PredicatesPerTable = 30;

    private readonly ITestOutputHelper _output;
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;
    private DuckDBConnectionLease _lease = null!; // set before the first test runs

    public PruningPropertyTests(ITestOutputHelper output)
    {
        _output = output;
        _services = new ServiceCollection()
            .AddCold(
                options =>
                {
                    options.WarehouseDirectory = _folder.File("warehouse");
                    options.StagingDirectory = _folder.File("staging");
                    options.TemporaryDirectory = _folder.File("spill");
                },
                _ => throw new InvalidOperationException("These tables are in no catalog."))
            .BuildServiceProvider();
    }

    private static int Cases => TestVariables.Count("PRUNING_CASES", 6);

    private DuckDBConnection Connection => _lease.Connection;

    public async Task InitializeAsync() => _lease = await _services.GetRequiredService<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        _lease.Dispose();
        await _services.DisposeAsync();
    }

    // After DisposeAsync: what has files open is gone by then.
    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Plan_RandomTablesAndPredicates_GiveTheRowsOfAFullScan()
    {
        var seed = TestVariables.Seed("PRUNING_SEED");
        _output.WriteLine($"PRUNING_SEED={seed}");
        var (read, total) = (0L, 0L);
        for (var i = 0; i < Cases; i++)
        {
            // A case is one draw, so a seed gives the same cases however many are asked for.
            var random = new Random(unchecked((int)(seed >> 32) ^ (int)seed ^ (i * 7919)));
            using var table = await RandomColdTable.WriteAsync(_services, Connection, _folder, random, default);
            _output.WriteLine($"{i}: {table}");
            await CheckAllRowsAsync(table);
            for (var j = 0; j < PredicatesPerTable; j++)
            {
                var scan = await CheckAsync(table, table.Predicate());
                read += scan.FilesRead;
                total += scan.FilesTotal;
            }
        }

        _output.WriteLine($"{read} of {total} files read");
        Assert.InRange(read, 1, total * 9 / 10);
    }

    [Fact]
    public async Task Open_FloatPromotedToDouble_ComparesTheDoubles()
    {
        var table = await WriteAsync(IcebergType.Float, "SELECT unnest(['0.1'::FLOAT, '0.5'::FLOAT]) AS c");
        var promoted = table.WithCurrentSchema(new Schema(1, NestedField.OptionalField(1, "c", IcebergType.Double)));

        // The float next to 0.1 is above it; as a float, 0.1 is that same number.
        Assert.Equal(
            ["0.10000000149011612", "0.5"],
            await SelectAsync(promoted, Expression.GreaterThan("c", Literal.Double(0.1)), "c > '0.1'::DOUBLE"));
    }

    [Fact]
    public async Task Open_BytesThatRepeat_AreFoundByEquality()
    {
        // So often that the file has a dictionary of them, and a Bloom filter over it.
        var table = await WriteAsync(IcebergType.Binary, "SELECT unhex(['FF7F01', '80', '00'][1 + i % 3]) AS c FROM range(60) AS numbers(i)");

        Assert.Equal(20, (await SelectAsync(table, Expression.Equal("c", Literal.Binary([0x80])), "c = unhex('80')")).Count);
    }

    /// <summary>DuckDB asks Bloom filters for the one zero or the other; statements mean both.</summary>
    [Theory]
    [InlineData("c = 0", 2)]
    [InlineData("c = '-0'::DOUBLE", 2)]
    [InlineData("c IN (0, 7)", 2)]
    [InlineData("c IS NOT DISTINCT FROM 0", 2)]
    [InlineData("c BETWEEN 0 AND 0", 2)]
    [InlineData("c IN (SELECT zero FROM (VALUES (0::DOUBLE)) AS zeros(zero))", 2)]
    [InlineData("c = 5", 1)]
    public async Task Open_ZerosOfEitherSign_AreFoundByEquality(string where, int expected)
    {
        foreach (var type in new[] { IcebergType.Float, (PrimitiveType)IcebergType.Double })
        {
            foreach (var zero in new[] { "-0.0", "0" })
            {
                var name = DuckDbTypes.Of(type);
                var table = await WriteAsync(type, $"SELECT (['{zero}', '{zero}', '5'][1 + i % 3])::{name} AS c FROM range(60) AS numbers(i)");
                var promoted = table.WithCurrentSchema(new Schema(1, NestedField.OptionalField(1, "c", IcebergType.Double)));

                Assert.Equal(20 * expected, (await SelectAsync(table, Expression.True, where)).Count);
                Assert.Equal(20 * expected, (await SelectAsync(promoted, Expression.True, where)).Count);
            }
        }
    }

    [Fact]
    public async Task Open_ZerosWithinStructs_AreFoundByEquality()
    {
        var type = new StructType(NestedField.OptionalField(2, "x", IcebergType.Double), NestedField.OptionalField(3, "s", new StructType(NestedField.OptionalField(4, "y", IcebergType.Float))));
        var table = await WriteAsync(type, "SELECT {'x': (['-0.0', '5', '7'][1 + i % 3])::DOUBLE, 's': {'y': (['-0.0', '5', '7'][1 + i % 3])::FLOAT}} AS c FROM range(60) AS numbers(i)");

        Assert.Equal(20, (await SelectAsync(table, Expression.True, "c.x = 0")).Count);
        Assert.Equal(20, (await SelectAsync(table, Expression.True, "c.s.y = 0")).Count);
    }

    /// <summary>A table of one column <c>c</c> and one file.</summary>
    private async Task<TableMetadata> WriteAsync(IcebergType type, string rows)
    {
        var location = $"{new Uri(_folder.File("warehouse")).AbsoluteUri}/{Guid.NewGuid():N}";
        var created = TableMetadataChanges.Create(
            Guid.NewGuid(), location, new Schema(0, NestedField.OptionalField(1, "c", type)), PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], 0);
        var appender = _services.GetRequiredService<ColdAppender>();
        var table = new CatalogTable(new TableIdentifier("test", "t"), $"{location}/metadata/00000-0.metadata.json", created);
        var files = await appender.WritePartitionAsync(Connection, rows, table, PartitionData.Empty, default);
        var staged = await appender.StageAsync(table, files, new Dictionary<string, string>(), default);
        return staged.Metadata;
    }

    private async Task<List<string>> SelectAsync(TableMetadata table, Expression predicate, string where)
    {
        var (scan, open) = await OpenAsync(table, predicate);
        using (open)
        {
            return Strings($"SELECT c::VARCHAR FROM ({scan.SelectSql}) WHERE {where} ORDER BY c");
        }
    }

    private async Task CheckAllRowsAsync(RandomColdTable table)
    {
        var (scan, leases) = await OpenAsync(table.Metadata, Expression.True);
        using (leases)
        {
            var rows = $"SELECT * FROM ({scan.SelectSql})";
            Assert.Empty(Strings($"SELECT t::VARCHAR FROM (({rows}) EXCEPT ALL SELECT * FROM {RandomColdTable.AllRows}) AS t"));
            Assert.Empty(Strings($"SELECT t::VARCHAR FROM (SELECT * FROM {RandomColdTable.AllRows} EXCEPT ALL ({rows})) AS t"));
        }
    }

    private async Task<(long FilesRead, long FilesTotal)> CheckAsync(RandomColdTable table, Expression predicate)
    {
        var where = PredicateText.Of(predicate);
        var (scan, leases) = await OpenAsync(table.Metadata, predicate);
        using (leases)
        {
            var expected = Strings($"SELECT id::VARCHAR FROM {RandomColdTable.AllRows} WHERE {where} ORDER BY id");
            var found = Strings($"SELECT id::VARCHAR FROM ({scan.SelectSql}) WHERE {where} ORDER BY id");
            var missing = expected.Except(found).ToList();
            if (!expected.SequenceEqual(found))
            {
                await ListPrunedFilesAsync(table, scan);
            }

            Assert.True(
                expected.SequenceEqual(found),
                $"{table}\nWHERE {where}\n{predicate}\n{scan.FilesRead} of {scan.FilesTotal} files are read and lose rows such as "
                + string.Join("; ", missing.Take(2).SelectMany(id => Strings($"SELECT r::VARCHAR FROM {RandomColdTable.AllRows} AS r WHERE id = {id}"))));
        }

        return (scan.FilesRead, scan.FilesTotal);
    }

    private async Task ListPrunedFilesAsync(RandomColdTable table, Cold.Scanning.ColdScan scan)
    {
        var (all, leases) = await OpenAsync(table.Metadata, Expression.True);
        leases.Dispose();
        var read = scan.Plan.Tasks.Select(task => task.File).ToHashSet();
        foreach (var file in all.Plan.Tasks.Select(task => task.File).Where(file => !read.Contains(file)))
        {
            var bounds = table.Metadata.CurrentSchema.Fields.Select(field => $"{field.Name}: {Bound(field, file.LowerBounds)} to {Bound(field, file.UpperBounds)}");
            _output.WriteLine($"pruned: {file}, partition {file.Partition}, {string.Join(", ", bounds)}");
        }

        static string Bound(NestedField field, FieldIdMap<ReadOnlyMemory<byte>>? bounds) =>
            bounds is not null && bounds.TryGetValue(field.Id, out var bytes) ? $"{Literal.FromBytes((PrimitiveType)field.Type, bytes.Span)}" : "?";
    }

    private async Task<(Cold.Scanning.ColdScan Scan, Cold.Scanning.OpenScans Leases)> OpenAsync(TableMetadata table, Expression predicate)
    {
        var tables = _services.GetRequiredService<ColdTables>();
        var scan = await tables.PlanAsync(TableScan.Of(table), table.CurrentSchema.Fields, predicate, default);
        var leases = await tables.OpenAsync([scan], default);
        foreach (var setup in scan.SetupSql)
        {
            Connection.Execute(setup);
        }

        return (scan, leases);
    }

    private List<string> Strings(string sql)
    {
        using var result = Connection.Query(sql);
        var strings = new List<string>();
        foreach (var chunk in result.ReadChunks())
        {
            for (var i = 0; i < chunk.Count; i++)
            {
                strings.Add(chunk[0].String(i));
            }
        }

        return strings;
    }
}
