using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Copy.Encoding;

/// <summary>A LIST as an array of one dimension; see <see cref="Decoding.ArrayDecoder"/> for the format.</summary>
internal sealed class ArrayEncoder(ValueEncoder element, uint elementOid) : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var entry = source.ListEntries[row];
        var child = source.Child();
        var first = checked((int)entry.Offset);
        var length = checked((int)entry.Length);
        var begin = buffer.BeginLength();
        buffer.Int32(length == 0 ? 0 : 1);
        buffer.Int32(child.AllValid ? 0 : 1);
        buffer.UInt32(elementOid);
        if (length > 0)
        {
            buffer.Int32(length);
            buffer.Int32(1);
        }

        for (var i = first; i < first + length; i++)
        {
            if (child.IsValid(i))
            {
                element.Encode(in child, i, buffer);
            }
            else
            {
                buffer.Int32(-1);
            }
        }

        buffer.EndLength(begin);
    }
}

/// <summary>A STRUCT as a composite, field by position; see <see cref="Decoding.RecordDecoder"/> for the format.</summary>
internal sealed class RecordEncoder((uint Oid, ValueEncoder Encoder)[] fields) : ValueEncoder
{
    public override void Encode(in DuckDBVector source, int row, CopyBuffer buffer)
    {
        var begin = buffer.BeginLength();
        buffer.Int32(fields.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            var child = source.Field(i);
            buffer.UInt32(fields[i].Oid);
            if (child.IsValid(row))
            {
                fields[i].Encoder.Encode(in child, row, buffer);
            }
            else
            {
                buffer.Int32(-1);
            }
        }

        buffer.EndLength(begin);
    }
}
