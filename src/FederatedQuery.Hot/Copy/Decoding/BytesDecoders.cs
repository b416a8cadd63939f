using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.Hot.Copy.Decoding;

/// <summary>Texts, which PostgreSQL sends as valid UTF-8, and bytea.</summary>
internal sealed class BytesDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value) => target.SetUtf8(row, value);
}

/// <summary>Texts of char(n), as their cast to text has them: without the spaces at the end.</summary>
internal sealed class PaddedTextDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value) => target.SetUtf8(row, value.TrimEnd((byte)' '));
}

internal sealed class JsonbDecoder : ValueDecoder
{
    public override void Decode(ref DuckDBVectorWriter target, int row, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] != CopyFormat.JsonbVersion)
        {
            throw new HotException(HotErrorKind.Protocol, "A jsonb of an unknown version came in a binary COPY.");
        }

        target.SetUtf8(row, value[1..]);
    }
}
