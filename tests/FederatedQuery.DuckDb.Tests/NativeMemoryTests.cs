using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Tests;

/// <summary>What is opened and disposed of leaves no native memory behind; measured by the process, because DuckDB's own figure leaves much out.</summary>
[Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests : DuckDBTest
{
    private const long Tolerance = 24L << 20;

    [Fact]
    public void Query_TenThousandResults_MemoryStaysFlat() => AssertFlat(warmUp: 2_000, rounds: 10_000, round =>
    {
        using var result = Connection.Query("SELECT ?::BIGINT AS i, repeat('x', 1000) AS text, [1, 2] AS list", [(long)round]);
        using var chunk = result.ReadChunk();
        Assert.Equal(round, chunk![0].Values<long>()[0]);
    });

    [Fact]
    public void Create_Chunks_MemoryStaysFlat() => AssertFlat(warmUp: 500, rounds: 3_000, _ =>
    {
        using var chunk = DataChunk.Create(DuckDBLogicalType.Varchar, DuckDBLogicalType.List(DuckDBLogicalType.HugeInt));
        chunk.Writer(0).SetString(0, "a text that does not lie inline");
    });

    private static void AssertFlat(int warmUp, int rounds, Action<int> action)
    {
        for (var i = 0; i < warmUp; i++)
        {
            action(i);
        }

        var before = ResidentBytes();
        for (var i = 0; i < rounds; i++)
        {
            action(i);
        }

        var grown = ResidentBytes() - before;
        Assert.True(grown < Tolerance, $"The process grew by {grown >> 20} MiB over {rounds} rounds.");
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }
}

/// <summary>Alone: other tests' memory would be counted in.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
public sealed class NativeMemoryGroup;
