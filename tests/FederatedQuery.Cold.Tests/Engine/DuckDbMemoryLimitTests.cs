using FederatedQuery.Cold.Engine;

namespace FederatedQuery.Cold.Tests.Engine;

public sealed class DuckDbMemoryLimitTests
{
    [Theory]
    [InlineData("60%", 600)]
    [InlineData("12.5%", 125)]
    [InlineData("193MB", 193_000_000)]
    [InlineData("1.5GB", 1_500_000_000)]
    [InlineData("4 gb", 4_000_000_000)]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("1TiB", 1L << 40)]
    [InlineData("2KB", 2_000)]
    public void Parse_SharesAndAmounts_GivesBytes(string text, long bytes) => Assert.Equal(bytes, DuckDbMemoryLimit.Parse(text, 1000));

    [Theory]
    [InlineData("4")]
    [InlineData("lots")]
    [InlineData("")]
    public void Parse_WithoutUnit_SaysWhatIsWrong(string text) =>
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => DuckDbMemoryLimit.Parse(text, 1000)).Message, StringComparison.Ordinal);

    /// <summary>So much for each thread is kept free, but nothing of what DuckDB needs to sort at all.</summary>
    [Theory]
    [InlineData(4_000_000_000, 2, 3_894_000_000)]
    [InlineData(193_000_000, 2, 134_217_728)]
    [InlineData(193_000_000, 1, 105_000_000)]
    [InlineData(128_000_000, 1, 67_108_864)]
    [InlineData(80_000_000, 1, 67_108_864)]
    [InlineData(50_000_000, 1, 50_000_000)]
    [InlineData(3_000_000_000, 34, 2_318_000_000)]
    public void CountedBytes_Limits_LeavesRoomForWhatIsNotCounted(long limit, int threads, long counted) =>
        Assert.Equal(counted, DuckDbMemoryLimit.CountedBytes(limit, threads));

    [Theory]
    [InlineData(4_000_000_000, 2, 2)]
    [InlineData(193_000_000, 2, 1)]
    [InlineData(250_000_000, 2, 2)]
    [InlineData(128_000_000, 2, 1)]
    [InlineData(50_000_000, 8, 1)]
    [InlineData(3_000_000_000, 64, 34)]
    [InlineData(1_000_000_000, 64, 10)]
    public void Threads_SmallLimits_AreFewer(long limit, int wanted, int threads) => Assert.Equal(threads, DuckDbMemoryLimit.Threads(limit, wanted));
}
