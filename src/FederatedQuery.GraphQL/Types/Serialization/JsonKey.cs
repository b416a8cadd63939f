using System.Runtime.Intrinsics;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>
/// Bytes that are written before a value, such as <c>"name":</c>. Short ones are copied as one vector, whatever their length: at a key per
/// value, calling the general copy took a tenth of the time of writing a response.
/// </summary>
internal sealed class JsonKey
{
    /// <summary>Of the vector.</summary>
    public const int ShortLength = 16;

    private readonly byte[] _utf8;

    public JsonKey(ReadOnlySpan<byte> utf8)
    {
        Length = utf8.Length;
        _utf8 = new byte[Math.Max(utf8.Length, ShortLength)];
        utf8.CopyTo(_utf8);
    }

    public int Length { get; }

    public ReadOnlySpan<byte> Utf8 => _utf8.AsSpan(0, Length);

    public bool IsShort => Length <= ShortLength;

    /// <summary>Writes the key, and something else behind it, for a key that <see cref="IsShort"/>.</summary>
    /// <param name="destination"><see cref="ShortLength"/> bytes.</param>
    public void CopyShort(Span<byte> destination) => Vector128.Create(_utf8).CopyTo(destination);
}
