using System.Diagnostics;
using FederatedQuery.DuckDb.Native;

namespace FederatedQuery.DuckDb.Tests;

/// <summary>What DuckDB has freed goes back to the system when asked; alone, since it is of the whole process.</summary>
[Collection(nameof(NativeMemoryTests))]
public sealed class DuckDBMemoryTests : DuckDBTest
{
    private const long Allocated = 160L << 20;

    [Fact]
    public void BeFrugal_MemoryIsFreed_GoesBackAtOnce()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.True(JemallocControl.IsAvailable);
        using var frugality = DuckDBMemory.BeFrugal();
        var before = ResidentBytes();
        Connection.Execute($"CREATE TEMP TABLE numbers AS SELECT hash(i) AS h FROM range({Allocated / sizeof(long)}) AS rows(i)");
        var full = ResidentBytes();
        Connection.Execute("DROP TABLE numbers");
        var after = ResidentBytes();

        Assert.True(full - before > Allocated / 2, $"The table takes {(full - before) >> 20} MiB.");
        Assert.True(after - before < Allocated / 4, $"{(after - before) >> 20} MiB of {(full - before) >> 20} MiB have stayed.");
    }

    [Fact]
    public void BeFrugal_LastLeaseEnds_DecayIsAsBefore()
    {
        // The allocator sets itself up with DuckDB's first instance.
        Connection.Execute("SELECT 1");
        var usual = JemallocControl.Decay;
        var first = DuckDBMemory.BeFrugal();
        var second = DuckDBMemory.BeFrugal();

        first.Dispose();
        first.Dispose();
        var whileHeld = JemallocControl.Decay;
        second.Dispose();

        Assert.Equal(OperatingSystem.IsLinux() ? 0 : null, (long?)whileHeld);
        Assert.Equal(usual, JemallocControl.Decay);
        Assert.NotEqual(0L, (long?)usual);
    }

    private static long ResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
