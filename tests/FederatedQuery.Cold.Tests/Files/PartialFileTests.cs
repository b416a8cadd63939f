using System.Globalization;
using FederatedQuery.Cold.Files;
using FederatedQuery.Cold.Files.Caching;
using FederatedQuery.DuckDb;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using Xunit.Abstractions;

namespace FederatedQuery.Cold.Tests.Files;

/// <summary>Of large Parquet objects only what a query needs is fetched, and DuckDB reads the same from it.</summary>
public sealed class PartialFileTests : IDisposable
{
    private const int Rows = 200_000;

    /// <summary>1: ascending; 2 and 3: text; 4: a number that repeats; 5: a struct.</summary>
    private static readonly Schema Table = new(0,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "message", IcebergType.String),
        NestedField.OptionalField(3, "detail", IcebergType.String),
        NestedField.OptionalField(4, "code", IcebergType.Int),
        NestedField.OptionalField(5, "place", new StructType(NestedField.OptionalField(6, "x", IcebergType.Double), NestedField.OptionalField(7, "y", IcebergType.Long))));

    private readonly ITestOutputHelper _output;
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;
    private readonly CacheScene _scene = new(256 * 1024 * 1024, options => options with { PartialThresholdBytes = 64 * 1024, RangeBytes = 1024 * 1024 });

    public PartialFileTests(ITestOutputHelper output)
    {
        _output = output;
        _connection = _database.Connect();
    }

    public void Dispose()
    {
        _scene.Dispose();
        _connection.Dispose();
        _database.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(new[] { 1 }, null)]
    [InlineData(new[] { 4 }, null)]
    [InlineData(new[] { 1, 5 }, null)]
    [InlineData(new[] { 1, 2, 4 }, "id >= 100000 and id < 100500")]
    [InlineData(new[] { 1, 3 }, "id < 0")]
    public async Task Acquire_FewColumns_FetchesLittleAndReadsTheSame(int[] fieldIds, string? filter)
    {
        var whole = Write();
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(whole));
        var bound = Filter(filter);

        var (leases, fetched) = await AcquireAsync(file, fieldIds, bound);

        var columns = string.Join(", ", fieldIds.Select(id => Table.FindField(id)!.Field.Name));
        var where = filter ?? "true";
        Assert.Equal(
            TextOf($"SELECT {columns} FROM read_parquet({DuckDBSql.QuoteLiteral(whole)}) WHERE {where}"),
            TextOf($"SELECT {columns} FROM read_parquet({DuckDBSql.QuoteLiteral(leases.Paths[0])}) WHERE {where}"));
        var needed = NeededBytes(whole, fieldIds, filter);
        _output.WriteLine($"{fetched} bytes fetched, {needed} bytes in the needed column chunks, {file.Length} in the file");
        Assert.InRange(fetched, needed, (long)(needed * 1.1) + (64 * 1024));
        Assert.Equal(fetched, _scene.Store.Bytes);
        leases.Dispose();
    }

    [Theory]
    [InlineData(new[] { 1, 4 }, null)]
    [InlineData(new[] { 1, 2 }, "id >= 100000 and id < 100500")]
    [InlineData(new[] { 1, 2, 3, 4, 5 }, null)]
    public async Task Estimate_FooterIsAtHand_IsWhatIsFetched(int[] fieldIds, string? filter)
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));
        var asked = file with { Columns = new ColumnSelection([.. fieldIds]) { Filter = Filter(filter) }, NeededBytes = 1_000_000 };

        // Before anything is known of it: the manifest's figure and the footer.
        var first = _scene.Files.Estimate([asked, asked]);
        Assert.Equal((0, 0), (_scene.Store.Reads, (int)_scene.Store.Bytes));
        Assert.Equal(new FetchEstimate(1_000_000 + FooterCache.FirstBytes(file.Length), 2), first);

        // Brings the footer, and columns that are not asked for below.
        (await AcquireAsync(file, [5], Filter("id < 0"))).Leases.Dispose();
        var (reads, bytes) = (_scene.Store.Reads, _scene.Store.Bytes);
        var estimate = _scene.Files.Estimate([asked]);
        Assert.Equal((reads, bytes), (_scene.Store.Reads, _scene.Store.Bytes));
        (await AcquireAsync(file, fieldIds, Filter(filter))).Leases.Dispose();

        Assert.Equal(new FetchEstimate(_scene.Store.Bytes - bytes, _scene.Store.Reads - reads), estimate);
        Assert.Equal(FetchEstimate.None, _scene.Files.Estimate([asked]));

        // As another process, which knows the cache's files and no footers.
        _scene.Restart();
        Assert.Equal(filter is null && fieldIds.Length < 5 ? new FetchEstimate(FooterCache.FirstBytes(file.Length), 1) : filter is null ? FetchEstimate.None : first, _scene.Files.Estimate([asked]));
    }

    [Fact]
    public async Task Acquire_FewerColumnsThanBefore_AsksTheStoreNothing()
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));
        (await AcquireAsync(file, [1, 4, 5], BoundExpression.True)).Leases.Dispose();
        var reads = _scene.Store.Reads;

        var (leases, fetched) = await AcquireAsync(file, [4], Filter("id < 5"));

        Assert.Equal((1, 0L, reads), (leases.Hits, fetched, _scene.Store.Reads));
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_MoreColumnsThanBefore_ReplacesTheSmallerFile()
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));
        (await AcquireAsync(file, [1], BoundExpression.True)).Leases.Dispose();

        var (leases, _) = await AcquireAsync(file, [1, 4], BoundExpression.True);

        Assert.Equal(0, leases.Hits);
        Assert.Single(_scene.DataFiles);
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_MostOfTheFile_TakesAllOfIt()
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));

        var (leases, _) = await AcquireAsync(file, [1, 2, 3, 4, 5], BoundExpression.True);

        _scene.AssertHolds(file, leases.Paths[0]);
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_WholeFileIsHere_UsesIt()
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));
        await DataFileCacheTests.AcquireAndCheckAsync(_scene, file);
        var reads = _scene.Store.Reads;

        var (leases, _) = await AcquireAsync(file, [1], BoundExpression.True);

        Assert.Equal((1, reads), (leases.Hits, _scene.Store.Reads));
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_RowPositionsCount_KeepsEveryRowGroup()
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));
        var selection = new ColumnSelection([1]) { Filter = Filter("id = 150000"), NeedsRowPositions = true };

        var (leases, _) = await _scene.Files.AcquireAsync([file with { Columns = selection }], CancellationToken.None);

        Assert.Equal(
            "[\"150000\"]",
            TextOf($"SELECT file_row_number FROM read_parquet({DuckDBSql.QuoteLiteral(leases.Paths[0])}, file_row_number = true) WHERE id = 150000"));
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_NoWantedColumnInTheFile_KeepsTheRows()
    {
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(Write()));

        var (leases, fetched) = await AcquireAsync(file, [99], BoundExpression.True);

        Assert.Equal($"[\"{Rows}\"]", TextOf($"SELECT count(*) FROM read_parquet({DuckDBSql.QuoteLiteral(leases.Paths[0])})"));
        Assert.True(fetched < file.Length / 4);
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_FileWithoutFieldIds_IsTakenWhole()
    {
        var path = _folder.File("plain.parquet");
        _connection.Execute($"COPY (SELECT i AS id, repeat('x', 50) || i AS message FROM range({Rows}) t(i)) TO {DuckDBSql.QuoteLiteral(path)} (FORMAT parquet)");
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(path));

        var (leases, _) = await AcquireAsync(file, [1], BoundExpression.True);

        _scene.AssertHolds(file, leases.Paths[0]);
        leases.Dispose();
    }

    [Fact]
    public async Task Acquire_BrokenFooter_NamesTheFile()
    {
        var content = await File.ReadAllBytesAsync(Write());
        content.AsSpan(content.Length - 300, 280).Fill(0xAB);
        var file = await _scene.AddAsync("broken.parquet", content);

        var error = await Assert.ThrowsAsync<IcebergException>(() => AcquireAsync(file, [1], BoundExpression.True));

        Assert.Equal(IcebergErrorKind.InvalidFile, error.Kind);
        Assert.Contains("broken.parquet' is not a Parquet file that can be read: the footer ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Acquire_ObjectReplacedSinceItsFooterWasRead_ReadsTheNewOne()
    {
        var path = Write();
        var file = await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(path));
        (await AcquireAsync(file, [1], BoundExpression.True)).Leases.Dispose();
        await _scene.AddAsync("a.parquet", await File.ReadAllBytesAsync(path));

        var (leases, _) = await AcquireAsync(file, [4], BoundExpression.True);

        Assert.Equal(0, leases.Hits);
        leases.Dispose();
    }

    /// <summary>Random filters over columns of every kind: no row group with a matching row is left out.</summary>
    [Fact]
    public async Task Acquire_RandomFilters_NeverMissARow()
    {
        var path = _folder.File("kinds.parquet");
        _connection.Execute($$"""
            COPY (SELECT (i * 7919) % 1000 - 500 AS a, (i - 10000)::DECIMAL(9, 2) / 4 AS b, DATE '1960-01-01' + (i // 3)::INTEGER AS c,
                    TIMESTAMP '1969-06-01' + INTERVAL (i) HOUR AS d, CASE WHEN i % 997 = 0 THEN 'nan'::DOUBLE WHEN i % 50 < 25 THEN NULL ELSE (i - 9000) / 8 END AS e,
                    chr((200 + i % 60000)::INTEGER) || i AS f, i % 5000 < 2500 AS g
                  FROM range(40000) t(i))
            TO {{DuckDBSql.QuoteLiteral(path)}} (FORMAT parquet, ROW_GROUP_SIZE 2048, FIELD_IDS {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7})
            """);
        var schema = new Schema(0,
            NestedField.OptionalField(1, "a", IcebergType.Long), NestedField.OptionalField(2, "b", IcebergType.Double), NestedField.OptionalField(3, "c", IcebergType.Date),
            NestedField.OptionalField(4, "d", IcebergType.Timestamp), NestedField.OptionalField(5, "e", IcebergType.Double), NestedField.OptionalField(6, "f", IcebergType.String),
            NestedField.OptionalField(7, "g", IcebergType.Boolean));
        var file = await _scene.AddAsync("kinds.parquet", await File.ReadAllBytesAsync(path));
        var random = new Random(11);
        var pruned = 0;
        for (var i = 0; i < 40; i++)
        {
            var (sql, filter, field) = RandomFilter(random);
            var selection = new ColumnSelection([field]) { Filter = filter.Bind(schema, caseSensitive: true) };

            var (leases, _) = await _scene.Files.AcquireAsync([file with { Columns = selection }], CancellationToken.None);

            var name = schema.FindField(field)!.Field.Name;
            var expected = TextOf($"SELECT count(*), min({name}), max({name}) FROM read_parquet({DuckDBSql.QuoteLiteral(path)}) WHERE {sql}");
            var actual = TextOf($"SELECT count(*), min({name}), max({name}) FROM read_parquet({DuckDBSql.QuoteLiteral(leases.Paths[0])}) WHERE {sql}");
            Assert.True(expected == actual, $"{sql}: {actual} instead of {expected}");
            pruned += ReducedRowGroups(leases.Paths[0]) < 20 ? 1 : 0;
            leases.Dispose();
        }

        Assert.True(pruned > 12, $"Only {pruned} filters left anything out.");
    }

    private static (string Sql, Expression Filter, int FieldId) RandomFilter(Random random)
    {
        var number = random.Next(40000);
        var (name, sql, value, id) = random.Next(5) switch
        {
            0 => ("a", $"{(number % 1000) - 500}", Literal.Long((number % 1000) - 500), 1),
            1 => ("c", $"DATE '1970-01-01' + {(number / 3) - 3653}", Literal.Date((number / 3) - 3653), 3),
            2 => ("d", $"TIMESTAMP '1969-06-01' + INTERVAL {number} HOUR", Literal.Timestamp((-214L * 86_400_000_000) + (number * 3_600_000_000L)), 4),
            3 => ("e", string.Create(CultureInfo.InvariantCulture, $"{(number - 9000) / 8.0}::DOUBLE"), Literal.Double((number - 9000) / 8.0), 5),
            _ => ("f", $"chr({200 + number})", Literal.String(char.ConvertFromUtf32(200 + number)), 6),
        };
        return random.Next(4) switch
        {
            0 => ($"{name} < {sql}", Expression.LessThan(name, value), id),
            1 => ($"{name} >= {sql}", Expression.GreaterThanOrEqual(name, value), id),
            2 => ($"{name} = {sql}", Expression.Equal(name, value), id),
            _ => ($"{name} IS NULL", Expression.IsNull(name), id),
        };
    }

    private static BoundExpression Filter(string? text) => (text switch
    {
        null => Expression.True,
        "id >= 100000 and id < 100500" => Expression.And(
            Expression.GreaterThanOrEqual("id", Literal.Long(100_000)), Expression.LessThan("id", Literal.Long(100_500))),
        "id < 0" => Expression.LessThan("id", Literal.Long(0)),
        "id < 5" => Expression.LessThan("id", Literal.Long(5)),
        "id = 150000" => Expression.Equal("id", Literal.Long(150_000)),
        _ => throw new ArgumentException(text, nameof(text)),
    }).Bind(Table, caseSensitive: true);

    private Task<(CacheLeases Leases, long BytesFetched)> AcquireAsync(DataFileRequest file, int[] fieldIds, BoundExpression filter) =>
        _scene.Files.AcquireAsync([file with { Columns = new ColumnSelection([.. fieldIds]) { Filter = filter } }], CancellationToken.None);

    private string Write()
    {
        var path = _folder.File($"{Guid.NewGuid():N}.parquet");
        _connection.Execute($$"""
            COPY (SELECT i AS id, md5(i::VARCHAR) AS message, md5((i + 1)::VARCHAR) || i AS detail, (i % 9)::INTEGER AS code, {'x': i / 3, 'y': i} AS place
                  FROM range({{Rows}}) t(i) ORDER BY i)
            TO {{DuckDBSql.QuoteLiteral(path)}} (FORMAT parquet, ROW_GROUP_SIZE 20480,
              FIELD_IDS {id: 1, message: 2, detail: 3, code: 4, place: {__duckdb_field_id: 5, x: 6, y: 7} })
            """);
        return path;
    }

    private long NeededBytes(string path, int[] fieldIds, string? filter)
    {
        var names = string.Join(", ", fieldIds.Select(id => $"'{Table.FindField(id)!.Field.Name}'"));
        var groups = filter switch
        {
            null => "true",
            "id < 0" => "false",
            _ => "row_group_id IN (SELECT row_group_id FROM parquet_metadata(" + DuckDBSql.QuoteLiteral(path)
                + ") WHERE path_in_schema = 'id' AND stats_max::BIGINT >= 100000 AND stats_min::BIGINT < 100500)",
        };
        using var result = _connection.Query(
            $"SELECT coalesce(sum(total_compressed_size), 0)::BIGINT FROM parquet_metadata({DuckDBSql.QuoteLiteral(path)}) WHERE split_part(path_in_schema, ',', 1) IN ({names}) AND {groups}");
        using var chunk = result.ReadChunk();
        return chunk![0].Values<long>()[0];
    }

    private long ReducedRowGroups(string path)
    {
        using var result = _connection.Query($"SELECT count(DISTINCT row_group_id) FROM parquet_metadata({DuckDBSql.QuoteLiteral(path)})");
        using var chunk = result.ReadChunk();
        return chunk![0].Values<long>()[0];
    }

    /// <summary>All rows as text, in one value.</summary>
    private string TextOf(string sql)
    {
        using var result = _connection.Query($"SELECT to_json(list(c ORDER BY c))::VARCHAR FROM (SELECT concat_ws('|', COLUMNS(*)) AS c FROM ({sql}))");
        using var chunk = result.ReadChunk();
        return chunk![0].IsValid(0) ? chunk[0].String(0) : "";
    }
}
