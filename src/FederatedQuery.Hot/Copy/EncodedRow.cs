using System.Buffers.Binary;

namespace FederatedQuery.Hot.Copy;

/// <summary>Reads a row of <see cref="EncodedRows"/>.</summary>
public static class EncodedRow
{
    /// <summary>The bytes of the first of some rows.</summary>
    /// <exception cref="HotException">Protocol: these are no rows.</exception>
    public static int LengthOf(ReadOnlySpan<byte> rows)
    {
        var columns = ColumnsOf(rows);
        var at = sizeof(short);
        for (var column = 0; column < columns; column++)
        {
            at = EndOfField(rows, at);
        }

        return at;
    }

    /// <summary>A field of a row, as the type's binary format has it.</summary>
    /// <returns>False when it is null.</returns>
    /// <exception cref="HotException">Protocol: this is no row, or has no such column.</exception>
    public static bool TryGetField(ReadOnlySpan<byte> row, int column, out ReadOnlySpan<byte> value)
    {
        if (column >= ColumnsOf(row))
        {
            throw Malformed();
        }

        var at = sizeof(short);
        for (var i = 0; i < column; i++)
        {
            at = EndOfField(row, at);
        }

        var end = EndOfField(row, at);
        value = row[(at + sizeof(int))..end];
        return BinaryPrimitives.ReadInt32BigEndian(row[at..]) >= 0;
    }

    /// <summary>Of a timestamptz: microseconds since 1970-01-01 00:00 UTC.</summary>
    public static long Timestamptz(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value) + CopyFormat.EpochMicros;

    /// <summary>Of a jsonb: its text.</summary>
    public static ReadOnlySpan<byte> Jsonb(ReadOnlySpan<byte> value) => value[1..];

    private static short ColumnsOf(ReadOnlySpan<byte> rows) => rows.Length < sizeof(short) ? throw Malformed() : BinaryPrimitives.ReadInt16BigEndian(rows);

    private static int EndOfField(ReadOnlySpan<byte> rows, int at)
    {
        if (rows.Length - at < sizeof(int))
        {
            throw Malformed();
        }

        var length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(rows[at..]));
        return rows.Length - at - sizeof(int) < length ? throw Malformed() : at + sizeof(int) + length;
    }

    private static HotException Malformed() => new(HotErrorKind.Protocol, "Bytes that were to be rows of a binary COPY are none.");
}
