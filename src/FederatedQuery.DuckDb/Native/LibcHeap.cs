using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

/// <summary>glibc's heap. Other C libraries are left alone.</summary>
internal static unsafe class LibcHeap
{
    /// <summary>glibc's <c>M_ARENA_MAX</c>.</summary>
    private const int MaximumArenas = -8;

    private static readonly nint Library = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) ? library : 0;

    /// <summary>glibc's <c>malloc_trim</c>: gives whole free pages back, of all arenas.</summary>
    public static void Trim()
    {
        if (Library != 0 && NativeLibrary.TryGetExport(Library, "malloc_trim", out var trim))
        {
            ((delegate* unmanaged[Cdecl]<nuint, int>)trim)(0);
        }
    }

    /// <summary>glibc's <c>mallopt(M_ARENA_MAX)</c>. Arenas that there are stay.</summary>
    public static void LimitArenas(int count)
    {
        if (Library != 0 && NativeLibrary.TryGetExport(Library, "mallopt", out var set))
        {
            ((delegate* unmanaged[Cdecl]<int, int, int>)set)(MaximumArenas, count);
        }
    }
}
