using System.Buffers.Binary;
using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Puffin;

/// <summary>
/// Decodes Roaring's portable format. Every count is checked against the bytes there are before memory is spent on it, and what must ascend does:
/// a set that was read holds each position once.
/// </summary>
internal ref struct RoaringParser
{
    private const uint CookieWithRuns = 12347;
    private const uint CookieWithoutRuns = 12346;
    private const int MaxListCount = 4096;
    private const int BitmapWords = 1024;
    private const int OffsetsFromContainers = 4;

    private ReadOnlySpan<byte> _rest;

    private RoaringParser(ReadOnlySpan<byte> bytes) => _rest = bytes;

    public static RoaringPositions Parse(ReadOnlySpan<byte> bytes)
    {
        var parser = new RoaringParser(bytes);
        var containers = ImmutableArray.CreateBuilder<RoaringContainer>();
        var bitmaps = BinaryPrimitives.ReadUInt64LittleEndian(parser.Take(8, "number of bitmaps"));
        long lastKey = -1;
        for (ulong i = 0; i < bitmaps; i++)
        {
            // A bitmap takes 12 bytes at least, so a huge number ends here by running out of them.
            var key = BinaryPrimitives.ReadUInt32LittleEndian(parser.Take(4, "key of a bitmap"));
            if (key <= lastKey || key > int.MaxValue)
            {
                throw Broken($"has a bitmap of key {key} after one of {lastKey}; keys ascend from 0 to {int.MaxValue}");
            }

            lastKey = key;
            parser.ReadBitmap((long)key << 32, containers);
        }

        return parser._rest.IsEmpty
            ? new RoaringPositions(containers.ToImmutable())
            : throw Broken($"has {parser._rest.Length} bytes behind its last bitmap");
    }

    private void ReadBitmap(long start, ImmutableArray<RoaringContainer>.Builder containers)
    {
        var cookie = BinaryPrimitives.ReadUInt32LittleEndian(Take(4, "cookie"));
        var hasRuns = (cookie & 0xFFFF) == CookieWithRuns;
        if (!hasRuns && cookie != CookieWithoutRuns)
        {
            throw Broken($"has a bitmap with the cookie {cookie}; {CookieWithoutRuns} and {CookieWithRuns} are known");
        }

        var count = hasRuns ? (cookie >> 16) + 1 : BinaryPrimitives.ReadUInt32LittleEndian(Take(4, "number of containers"));
        if (count > RoaringPositions.ContainerSize)
        {
            throw Broken($"has a bitmap of {count} containers; at most {RoaringPositions.ContainerSize} are possible");
        }

        var areRuns = hasRuns ? Take(((int)count + 7) / 8, "flags of containers") : default;
        var descriptions = Take((int)count * 4, "descriptions of containers");
        if (!hasRuns || count >= OffsetsFromContainers)
        {
            // Containers follow each other without gaps, so where they begin is known without this.
            Take((int)count * 4, "offsets of containers");
        }

        var lastKey = -1;
        for (var i = 0; i < (int)count; i++)
        {
            var key = BinaryPrimitives.ReadUInt16LittleEndian(descriptions[(i * 4)..]);
            if (key <= lastKey)
            {
                throw Broken($"has a container of key {key} after one of {lastKey}; keys ascend");
            }

            lastKey = key;
            var cardinality = BinaryPrimitives.ReadUInt16LittleEndian(descriptions[((i * 4) + 2)..]) + 1;
            var isRuns = hasRuns && (areRuns[i / 8] & (1 << (i % 8))) != 0;
            containers.Add(ReadContainer(start | ((long)key << 16), cardinality, isRuns));
        }
    }

    private RoaringContainer ReadContainer(long start, int cardinality, bool isRuns)
    {
        var container = isRuns ? ReadRuns(start) : cardinality <= MaxListCount ? ReadList(start, cardinality) : ReadBits(start);
        return container.Count == cardinality
            ? container
            : throw Broken($"has a container of {container.Count} positions where {cardinality} are announced");
    }

    private RoaringContainer ReadList(long start, int cardinality)
    {
        var values = ReadShorts(cardinality, "a list");
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] <= values[i - 1])
            {
                throw Broken($"has the position {values[i]} after {values[i - 1]} in a list; positions ascend");
            }
        }

        return RoaringContainer.OfList(start, values);
    }

    private RoaringContainer ReadBits(long start)
    {
        var words = new ulong[BitmapWords];
        var bytes = Take(BitmapWords * sizeof(ulong), "a bitmap");
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        }

        return RoaringContainer.OfBitmap(start, words);
    }

    private RoaringContainer ReadRuns(long start)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(Take(2, "number of runs"));
        var pairs = ReadShorts(count * 2, "runs");
        var runs = new (ushort, ushort)[count];
        var end = -1;
        for (var i = 0; i < count; i++)
        {
            var (first, last) = (pairs[i * 2], pairs[i * 2] + pairs[(i * 2) + 1]);
            if (first <= end || last >= RoaringPositions.ContainerSize)
            {
                throw Broken($"has a run from {first} to {last} after position {end}; runs ascend below {RoaringPositions.ContainerSize}");
            }

            runs[i] = (first, (ushort)last);
            end = last;
        }

        return RoaringContainer.OfRuns(start, runs);
    }

    private ushort[] ReadShorts(int count, string what)
    {
        var bytes = Take(count * sizeof(ushort), what);
        var values = new ushort[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(ushort))..]);
        }

        return values;
    }

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > _rest.Length)
        {
            throw Broken($"ends within its {what}");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static IcebergException Broken(string problem) => new(IcebergErrorKind.InvalidFile, $"A set of positions {problem}.");
}
