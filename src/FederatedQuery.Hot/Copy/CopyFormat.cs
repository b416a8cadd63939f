using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.Hot.Copy;

/// <summary>What both directions know of binary COPY (PostgreSQL documentation: COPY, Binary Format) and of the types' own formats.</summary>
internal static class CopyFormat
{
    /// <summary>Days from 1970-01-01 to 2000-01-01, which PostgreSQL counts from.</summary>
    public const int EpochDays = 10_957;

    public const long EpochMicros = EpochDays * 86_400_000_000L;

    /// <summary>A numeric is a string of digits to this base.</summary>
    public const int NumericBase = 10_000;

    /// <summary>Decimal digits in one digit of a numeric.</summary>
    public const int NumericDigits = 4;

    public const ushort NumericPositive = 0x0000;
    public const ushort NumericNegative = 0x4000;
    public const ushort NumericNaN = 0xC000;
    public const ushort NumericInfinity = 0xD000;
    public const ushort NumericNegativeInfinity = 0xF000;

    public const byte JsonbVersion = 1;

    /// <summary><c>PGCOPY\n\377\r\n\0</c>; then flags and the length of a header extension, four bytes each.</summary>
    public static ReadOnlySpan<byte> Signature => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00];

    [DoesNotReturn]
    public static void ThrowLength(string format, int length) =>
        throw new HotException(HotErrorKind.Protocol, $"A {format} of {length} bytes came in a binary COPY.");
}
