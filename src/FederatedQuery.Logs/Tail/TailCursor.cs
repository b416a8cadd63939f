using System.Buffers.Binary;
using System.Buffers.Text;

namespace FederatedQuery.Logs.Tail;

/// <summary>
/// A place in the log from which a subscriber goes on. Either in the order of storing: unseen is what follows a record in its batch, and all later batches.
/// Or in the order of time, of what was there at a certain moment: unseen is what has a later (timestamp, id) among the batches up to
/// <see cref="Batch"/> and among records that came by no batch, and then all later batches.
/// </summary>
public sealed record TailCursor
{
    private const byte StoredKind = 0xA1;
    private const byte TimeKind = 0xA2;
    private const byte TimeSinceKind = 0xA3;
    private const int GuidLength = 16;
    private const int CheckLength = 4;
    private const int FixedLength = 1 + sizeof(long) + sizeof(long) + GuidLength;

    /// <summary>The least number of characters that <see cref="ToString"/> gives.</summary>
    private const int MinimumTextLength = (FixedLength + CheckLength) * 4 / 3;

    private TailCursor()
    {
    }

    /// <summary>True: the order is that of time.</summary>
    public bool IsInTime { get; private init; }

    /// <summary>The number of the batch; 0: before all.</summary>
    public long Batch { get; private init; }

    public Guid Id { get; private init; }

    public long TimestampMicros { get; private init; }

    /// <summary>In the order of time: only records that were accepted after this one, which was stored in a batch that is forgotten; null: all.</summary>
    public Guid? Since { get; private init; }

    /// <summary>After a record of a batch.</summary>
    public static TailCursor Stored(long batch, Guid id, long timestampMicros) => new() { Batch = batch, Id = id, TimestampMicros = timestampMicros };

    /// <summary>After all of a batch.</summary>
    public static TailCursor AfterBatch(long batch) => Stored(batch, Guid.AllBitsSet, long.MaxValue);

    /// <summary>After a record of those that were there when <paramref name="batch"/> was the newest.</summary>
    public static TailCursor InTime(long batch, Guid id, long timestampMicros, Guid? since = null) =>
        new() { IsInTime = true, Batch = batch, Id = id, TimestampMicros = timestampMicros, Since = since };

    /// <returns>False: this is no cursor of a tail, or a broken one.</returns>
    public static bool TryParse(string text, out TailCursor cursor)
    {
        ArgumentNullException.ThrowIfNull(text);
        cursor = AfterBatch(0);
        Span<byte> bytes = stackalloc byte[FixedLength + GuidLength + CheckLength];
        if (text.Length < MinimumTextLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length < FixedLength + CheckLength)
        {
            return false;
        }

        var content = bytes[..(length - CheckLength)];
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes[content.Length..]) != Check(content)
            || content.Length != LengthOf(content[0]))
        {
            return false;
        }

        var id = new Guid(content.Slice(1 + sizeof(long) + sizeof(long), GuidLength), bigEndian: true);
        cursor = new TailCursor
        {
            IsInTime = content[0] != StoredKind,
            Batch = BinaryPrimitives.ReadInt64BigEndian(content[1..]),
            TimestampMicros = BinaryPrimitives.ReadInt64BigEndian(content[(1 + sizeof(long))..]),
            Id = id,
            Since = content[0] == TimeSinceKind ? new Guid(content[FixedLength..], bigEndian: true) : null,
        };
        return true;
    }

    /// <summary>Opaque text of URL-safe characters.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[FixedLength + GuidLength + CheckLength];
        bytes[0] = !IsInTime ? StoredKind : Since is null ? TimeKind : TimeSinceKind;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], Batch);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(1 + sizeof(long))..], TimestampMicros);
        Id.TryWriteBytes(bytes[(1 + sizeof(long) + sizeof(long))..], bigEndian: true, out _);
        var length = LengthOf(bytes[0]);
        Since?.TryWriteBytes(bytes[FixedLength..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[length..], Check(bytes[..length]));
        return Base64Url.EncodeToString(bytes[..(length + CheckLength)]);
    }

    private static int LengthOf(byte kind) => kind switch
    {
        StoredKind or TimeKind => FixedLength,
        TimeSinceKind => FixedLength + GuidLength,
        _ => -1,
    };

    /// <summary>FNV-1a: tells cursors of tails from those of pages, and from torn ones.</summary>
    private static uint Check(ReadOnlySpan<byte> content)
    {
        var hash = 2_166_136_261u;
        foreach (var one in content)
        {
            hash = (hash ^ one) * 16_777_619u;
        }

        return hash;
    }
}
