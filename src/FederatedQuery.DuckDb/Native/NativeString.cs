using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Native;

/// <summary>Strings that cross the border, by who frees them.</summary>
internal static class NativeString
{
    /// <summary>A string that stays DuckDB's; null stays null.</summary>
    public static string? Borrowed(nint text) => Marshal.PtrToStringUTF8(text);

    /// <summary>A string that was made for us: copied, then given back to DuckDB's allocator.</summary>
    public static string? Owned(nint text)
    {
        if (text == 0)
        {
            return null;
        }

        var copy = Marshal.PtrToStringUTF8(text);
        NativeMethods.OpenConnect.Free(text);
        return copy;
    }
}
