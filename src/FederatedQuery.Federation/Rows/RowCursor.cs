using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// A row's place in a query's order: its values in the terms of the order, and which one of the rows that are equal in them it is. As text: base64url of a version, a digest of what the
/// cursor is good for, and these.
/// </summary>
/// <param name="Values">One for each term.</param>
/// <param name="Occurrence">1 for the first of the rows equal in all terms.</param>
internal sealed record RowCursor(ImmutableArray<Literal?> Values, long Occurrence)
{
    public const int DigestLength = 8;

    /// <summary>Beyond it a cursor is made up: reading on would pass over that many equal rows.</summary>
    private const long MaximumOccurrence = 1_000_000;

    private const int MaximumLength = 4 * 1024 * 1024;
    private const byte Version = 1;

    /// <summary>DuckDB's days reach from the infinities to here.</summary>
    private const int MostDays = int.MaxValue - 1;

    /// <summary>Of a query: the table, the order, and the filter unless cursors are good for any.</summary>
    public static byte[] DigestOf(RowQuery query, IEnumerable<RowTerm> terms)
    {
        var text = new StringBuilder().Append(query.Table.Identifier).Append('\n');
        foreach (var term in terms)
        {
            text.Append(term.Field.Name).Append('\0').Append(term.Type).Append(term.Descending ? '-' : '+').Append('\n');
        }

        text.Append(query.CursorsFitAnyFilter ? "any" : query.Filter.ToString());
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))[..DigestLength];
    }

    /// <summary>Whether another row is equal in all terms.</summary>
    public bool IsAt(RowCursor other) => Values.Zip(other.Values, CellLiterals.AreEqual).All(equal => equal);

    public string ToText(ReadOnlySpan<byte> digest)
    {
        using var bytes = new MemoryStream();
        bytes.WriteByte(Version);
        bytes.Write(digest);
        using var writer = new BinaryWriter(bytes);
        writer.Write7BitEncodedInt64(Occurrence);
        foreach (var value in Values)
        {
            if (value is { } present)
            {
                var encoded = present.ToBytes();
                writer.Write7BitEncodedInt64(encoded.Length + 1L);
                writer.Write(encoded);
            }
            else
            {
                writer.Write7BitEncodedInt64(0);
            }
        }

        writer.Flush();
        return Base64Url.EncodeToString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <param name="argument">What the cursor was given as, for the message.</param>
    /// <param name="text">As <see cref="ToText"/> made it, or anything.</param>
    /// <exception cref="FederatedQueryException">BadArgument: it is broken, or of another query.</exception>
    public static RowCursor Parse(string argument, string text, IReadOnlyList<RowTerm> terms, ReadOnlySpan<byte> digest)
    {
        if (text.Length > MaximumLength || Decode(text) is not { Length: > DigestLength } bytes)
        {
            throw Bad(argument, text, "it is no cursor");
        }

        if (bytes[0] != Version)
        {
            throw Bad(argument, text, "it is of a version that this server does not know");
        }

        if (!bytes.AsSpan(1, DigestLength).SequenceEqual(digest))
        {
            throw Bad(argument, text, "it belongs to another query: the table, the order and the filter must be those that it was given out for");
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, DigestLength + 1, bytes.Length - DigestLength - 1));
            var occurrence = reader.Read7BitEncodedInt64();
            var values = ImmutableArray.CreateBuilder<Literal?>(terms.Count);
            foreach (var term in terms)
            {
                values.Add(ReadValue(reader, term.Type, bytes.Length));
            }

            return occurrence is >= 1 and <= MaximumOccurrence && reader.BaseStream.Position == reader.BaseStream.Length
                ? new RowCursor(values.MoveToImmutable(), occurrence)
                : throw new FormatException();
        }
        catch (Exception broken) when (broken is FormatException or EndOfStreamException)
        {
            throw Bad(argument, text, "it is broken");
        }
    }

    private static Literal? ReadValue(BinaryReader reader, PrimitiveType type, int most)
    {
        var length = reader.Read7BitEncodedInt64();
        if (length == 0)
        {
            return null;
        }

        if (length < 0 || length - 1 > most)
        {
            throw new FormatException();
        }

        var bytes = reader.ReadBytes((int)(length - 1));
        return bytes.Length == length - 1 && Literal.TryFromBytes(type, bytes, out var value) && value.IsOf(type) && IsInRange(value) ? value : throw new FormatException();
    }

    /// <summary>What rows cannot hold, statements cannot say.</summary>
    private static bool IsInRange(Literal value) => value.TypeId switch
    {
        TypeId.Time => value.AsLong is >= 0 and <= EpochTime.MicrosPerDay,
        TypeId.Date => value.AsInt is >= -MostDays and <= MostDays + 1,
        TypeId.Timestamp or TypeId.Timestamptz or TypeId.TimestampNs => value.AsLong is >= -long.MaxValue and <= long.MaxValue,
        _ => true,
    };

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static FederatedQueryException Bad(string argument, string text, string reason) => new(
        FailureKind.BadArgument,
        $"`{argument}` is '{(text.Length > 60 ? text[..60] + "..." : text)}': {reason}. Cursors are given out with the rows of a query (`cursor`, `startCursor`, `endCursor`) and are to be sent back unchanged, with the same arguments.");
}
