using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace FederatedQuery.DuckDb.Native;

/// <summary>The controls of jemalloc, which DuckDB's builds for Linux allocate with. Others have none: there, nothing happens.</summary>
internal static unsafe class JemallocControl
{
    /// <summary>jemalloc's MALLCTL_ARENAS_ALL.</summary>
    private const int AllArenas = 4096;

    private static readonly delegate* unmanaged[Cdecl]<byte*, void*, nuint*, void*, nuint, int> Control = Find();

    public static bool IsAvailable => Control != null;

    /// <summary>How long freed pages are kept for the next allocation, in milliseconds: of the arenas there are, and of those to come.</summary>
    public static void SetDecay(nint milliseconds)
    {
        if (!IsAvailable)
        {
            return;
        }

        var arenas = 0u;
        var size = (nuint)sizeof(uint);
        Call("arenas.narenas", &arenas, &size, null, 0);
        foreach (var pages in (ReadOnlySpan<string>)["dirty", "muzzy"])
        {
            Write($"arenas.{pages}_decay_ms", milliseconds);
            for (var arena = 0u; arena < arenas; arena++)
            {
                // Of an arena that was never used jemalloc knows nothing; it takes the default once it is.
                Write(string.Create(CultureInfo.InvariantCulture, $"arena.{arena}.{pages}_decay_ms"), milliseconds);
            }
        }
    }

    /// <summary>How long freed pages of arenas to come are kept, in milliseconds; null where that cannot be told.</summary>
    public static nint? Decay
    {
        get
        {
            var milliseconds = (nint)0;
            var size = (nuint)sizeof(nint);
            return IsAvailable && Call("arenas.dirty_decay_ms", &milliseconds, &size, null, 0) == 0 ? milliseconds : null;
        }
    }

    /// <summary>Gives all freed pages back to the system.</summary>
    public static void Purge()
    {
        if (IsAvailable)
        {
            Call(string.Create(CultureInfo.InvariantCulture, $"arena.{AllArenas}.purge"), null, null, null, 0);
        }
    }

    private static void Write(string name, nint value) => Call(name, null, null, &value, (nuint)sizeof(nint));

    private static int Call(string name, void* old, nuint* oldSize, void* value, nuint size)
    {
        Span<byte> text = stackalloc byte[64];
        text[Encoding.ASCII.GetBytes(name, text)] = 0;
        fixed (byte* first = text)
        {
            return Control(first, old, oldSize, value, size);
        }
    }

    private static delegate* unmanaged[Cdecl]<byte*, void*, nuint*, void*, nuint, int> Find() =>
        NativeLibrary.TryLoad("duckdb", typeof(JemallocControl).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "duckdb_je_mallctl", out var address)
            ? (delegate* unmanaged[Cdecl]<byte*, void*, nuint*, void*, nuint, int>)address
            : null;
}
