using System.Diagnostics;
using FederatedQuery.Cold.Parquet;
using FederatedQuery.DuckDb;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Parquet;

public sealed class ParquetFooterReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NestedColumns_FindsFieldsAndLeaves()
    {
        var footer = ReducedFiles.FooterOf(Write());

        Assert.Equal([1, 2, 5, 7], footer.Fields.Select(field => field.FieldId));
        Assert.Equal([1, 2, 1, 2], footer.Fields.Select(field => field.LeafCount));
        Assert.Equal(6, footer.Leaves.Length);
        Assert.Equal(3, footer.RowGroups.Length);
        Assert.Equal(5000, footer.RowGroups.Sum(group => group.RowCount));
        Assert.All(footer.RowGroups, group => Assert.All(group.Chunks, chunk => Assert.True(chunk.CompressedBytes > 0)));
    }

    /// <summary>Whatever the bytes: a footer, or an error that says what is wrong with it; never more work than the bytes are worth.</summary>
    [Fact]
    public void Read_BytesChangedAtRandom_IsAFooterOrAClearError()
    {
        var file = Write();
        var whole = ReducedFiles.FooterOf(file).Bytes;
        var random = new Random(7);
        var refused = 0;
        var before = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        const int Rounds = 20_000;
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = whole.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : 0xFF);
            }

            if (random.Next(4) == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }

            try
            {
                var footer = ParquetFooterReader.Read(bytes, file.Length - 8 - whole.Length);
                _ = ReducedParquet.Plan(footer, [0], [.. Enumerable.Range(0, footer.RowGroups.Length)]);
            }
            catch (ParquetFormatException error)
            {
                refused++;
                Assert.StartsWith("the footer ", error.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, Rounds / 4, Rounds);
        Assert.True((GC.GetTotalAllocatedBytes() - before) / Rounds < 64 * whole.Length, "A broken footer takes more memory than it is worth.");
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "A broken footer takes more time than it is worth.");
    }

    [Theory]
    [InlineData(new byte[] { 0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })] // 4 billion schema elements
    [InlineData(new byte[] { 0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x07 })] // 2 billion bytes of text
    [InlineData(new byte[] { 0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })] // a number without end
    [InlineData(new byte[] { 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C, 0x1C })] // structs without end
    [InlineData(new byte[] { 0x00 })]
    [InlineData(new byte[0])]
    public void Read_Monsters_AreRefused(byte[] bytes) => Assert.Throws<ParquetFormatException>(() => ParquetFooterReader.Read(bytes, 1000));

    private byte[] Write()
    {
        var path = _folder.File($"{Guid.NewGuid():N}.parquet");
        using var database = DuckDBDatabase.Open();
        using var connection = database.Connect();
        connection.Execute($$"""
            COPY (SELECT i AS a, {'x': i, 'y': 'text ' || i} AS s, [i, i + 1] AS l, MAP {i: i::VARCHAR} AS m FROM range(5000) t(i))
            TO {{DuckDBSql.QuoteLiteral(path)}} (FORMAT parquet, ROW_GROUP_SIZE 2048,
              FIELD_IDS {a: 1, s: {__duckdb_field_id: 2, x: 3, y: 4}, l: {__duckdb_field_id: 5, element: 6}, m: {__duckdb_field_id: 7, key: 8, value: 9} })
            """);
        return File.ReadAllBytes(path);
    }
}
