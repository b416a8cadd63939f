using System.Buffers.Binary;
using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Copy.Decoding;

/// <summary>
/// An array: number of dimensions, whether it has nulls, the elements' type; length and lower bound of each dimension; then each element
/// after its length, -1 being null (32 bits each).
/// </summary>
internal sealed class ArrayDecoder(ValueDecoder element, DuckDBLogicalType elementType) : ValueDecoder
{
    private const int HeaderLength = 12;
    private const int DimensionLength = 8;

    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length < HeaderLength)
        {
            CopyFormat.ThrowLength("array", value.Length);
        }

        var dimensions = BinaryPrimitives.ReadInt32BigEndian(value);
        var start = target.ListSize;
        if (dimensions == 0)
        {
            target.ListEntries[row] = new DuckDBListEntry((ulong)start, 0);
            return;
        }

        if (dimensions != 1)
        {
            throw new HotException(HotErrorKind.Value, $"an array of {dimensions} dimensions does not fit a list of {elementType}; only one dimension does");
        }

        if (value.Length < HeaderLength + DimensionLength)
        {
            CopyFormat.ThrowLength("array", value.Length);
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(value[HeaderLength..]);
        target.SetListSize(checked(start + length));
        target.ListEntries[row] = new DuckDBListEntry((ulong)start, (ulong)length);
        var child = target.Child();
        var rest = value[(HeaderLength + DimensionLength)..];
        for (var i = 0; i < length; i++)
        {
            rest = Field.Read(rest, out var item, out var isNull);
            if (isNull)
            {
                child.SetNull(start + i);
            }
            else
            {
                element.Decode(ref child, start + i, item);
            }
        }
    }
}

/// <summary>A composite: number of fields, then of each its type and length, -1 being null (32 bits each), and value.</summary>
internal sealed class RecordDecoder(ValueDecoder[] fields) : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(value) != fields.Length)
        {
            throw new HotException(HotErrorKind.Protocol, $"A composite that has not {fields.Length} fields came in a binary COPY. Was its type altered meanwhile?");
        }

        var rest = value[4..];
        for (var i = 0; i < fields.Length; i++)
        {
            var child = target.Field(i);
            rest = Field.Read(rest[4..], out var item, out var isNull);
            if (isNull)
            {
                child.SetNull(row);
            }
            else
            {
                fields[i].Decode(ref child, row, item);
            }
        }
    }
}

/// <summary>A value after its length.</summary>
internal static class Field
{
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value, out bool isNull)
    {
        if (rest.Length < 4)
        {
            CopyFormat.ThrowLength("value", rest.Length);
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(rest);
        isNull = length < 0;
        if (length > rest.Length - 4)
        {
            CopyFormat.ThrowLength("value", length);
        }

        value = isNull ? default : rest.Slice(4, length);
        return isNull ? rest[4..] : rest[(4 + length)..];
    }
}
