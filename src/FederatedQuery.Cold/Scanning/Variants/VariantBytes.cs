using FederatedQuery.Iceberg;

namespace FederatedQuery.Cold.Scanning.Variants;

/// <summary>Parts of a variant's bytes, checked against what there is.</summary>
internal static class VariantBytes
{
    public static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> bytes, long start, long length, string what) =>
        start <= bytes.Length && length <= bytes.Length - start ? bytes.Slice((int)start, (int)length) : throw Broken($"ends within its {what}");

    public static ReadOnlySpan<byte> From(ReadOnlySpan<byte> bytes, long start) =>
        start < bytes.Length ? bytes[(int)start..] : throw Broken($"has a value at {start}, its bytes end at {bytes.Length}");

    /// <summary>An unsigned little-endian number of 1 to 4 bytes.</summary>
    public static int Count(ReadOnlySpan<byte> bytes, int start, int size)
    {
        var number = 0u;
        var part = Slice(bytes, start, size, "numbers");
        for (var i = size - 1; i >= 0; i--)
        {
            number = (number << 8) | part[i];
        }

        return number <= int.MaxValue ? (int)number : throw Broken($"has the number {number} where a length belongs");
    }

    public static IcebergException Broken(string problem) => new(IcebergErrorKind.InvalidFile, $"A variant {problem}.");
}
