using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>
/// Text of which JSON needs nothing but the quotes around it: ASCII without control characters, quotes and backslashes. Nearly all text in
/// responses is; looking at it and narrowing it in one go takes a third of the time of doing one after the other.
/// </summary>
internal static class PlainText
{
    /// <summary>False when some character is not plain; what has been written to <paramref name="utf8"/> is then of no use.</summary>
    /// <param name="text">The text.</param>
    /// <param name="utf8">As many bytes as <paramref name="text"/> has characters.</param>
    public static bool TryCopy(ReadOnlySpan<char> text, Span<byte> utf8)
    {
        if (utf8.Length < text.Length)
        {
            throw new ArgumentException($"{text.Length} characters do not fit into {utf8.Length} bytes.", nameof(utf8));
        }

        if (text.Length < Vector128<ushort>.Count || !Vector128.IsHardwareAccelerated)
        {
            return TryCopyEach(text, utf8);
        }

        ref var from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<char, ushort>(text));
        ref var to = ref MemoryMarshal.GetReference(utf8);
        var last = text.Length - Vector128<ushort>.Count;
        for (var i = 0; ; i += Vector128<ushort>.Count)
        {
            // The last step goes back over what was copied already rather than past the end.
            var start = (nuint)Math.Min(i, last);
            var characters = Vector128.LoadUnsafe(ref from, start);
            if (!ArePlain(characters))
            {
                return false;
            }

            Vector128.Narrow(characters, characters).GetLower().StoreUnsafe(ref to, start);
            if (i >= last)
            {
                return true;
            }
        }
    }

    private static bool ArePlain(Vector128<ushort> characters)
    {
        // Below the space the difference wraps around, so one comparison tells both ends of the range.
        var outside = Vector128.GreaterThan(characters - Vector128.Create((ushort)' '), Vector128.Create((ushort)('~' - ' ')));
        var escaped = Vector128.Equals(characters, Vector128.Create((ushort)'"')) | Vector128.Equals(characters, Vector128.Create((ushort)'\\'));
        return (outside | escaped) == Vector128<ushort>.Zero;
    }

    private static bool TryCopyEach(ReadOnlySpan<char> text, Span<byte> utf8)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character is < ' ' or > '~' or '"' or '\\')
            {
                return false;
            }

            utf8[i] = (byte)character;
        }

        return true;
    }
}
