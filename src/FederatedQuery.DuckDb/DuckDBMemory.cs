using FederatedQuery.DuckDb.Native;

namespace FederatedQuery.DuckDb;

/// <summary>
/// What DuckDB's allocators keep for themselves beyond <c>memory_limit</c>: pages that were freed (on Linux DuckDB has jemalloc for its buffers, and the C
/// library's heap for the rest). Of the whole process. Thread-safe. Where the allocators have no such controls nothing happens.
/// </summary>
public static class DuckDBMemory
{
    private static readonly Lock Gate = new();
    private static int Leases;
    private static nint? UsualDecay;

    /// <summary>
    /// Until the last lease is disposed of, what DuckDB frees goes back to the system at once, rather than after a second of use: for long work that allocates
    /// and frees its whole limit over and over (measured with a limit of 193 MB: 100 MB less). At the end all that is free goes back: it would stay as long as
    /// nothing is allocated.
    /// </summary>
    public static IDisposable BeFrugal()
    {
        lock (Gate)
        {
            if (Leases++ == 0)
            {
                UsualDecay = JemallocControl.Decay;
                JemallocControl.SetDecay(0);
            }
        }

        return new Lease();
    }

    /// <summary>Gives what is free back to the system. Takes milliseconds.</summary>
    public static void ReturnFree()
    {
        JemallocControl.Purge();
        LibcHeap.Trim();
    }

    /// <summary>
    /// The C library's heap is divided into no more arenas than this, for threads that come to it from now on. What MALLOC_ARENA_MAX says counts instead.
    /// </summary>
    public static void LimitArenas(int count)
    {
        if (Environment.GetEnvironmentVariable("MALLOC_ARENA_MAX") is null)
        {
            LibcHeap.LimitArenas(count);
        }
    }

    private static void Leave()
    {
        lock (Gate)
        {
            if (--Leases > 0)
            {
                return;
            }

            if (UsualDecay is { } usual)
            {
                JemallocControl.SetDecay(usual);
            }
        }

        ReturnFree();
    }

    private sealed class Lease : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Leave();
            }
        }
    }
}
