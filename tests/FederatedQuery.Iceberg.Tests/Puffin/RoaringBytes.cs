using System.Buffers.Binary;

namespace FederatedQuery.Iceberg.Tests.Puffin;

/// <summary>Writes deletion vectors by the words of the specification, for tests to read.</summary>
internal static class RoaringBytes
{
    private const int MaxListCount = 4096;

    /// <param name="positions">In any order.</param>
    /// <param name="runs">Whether containers are written as runs, as run-optimized bitmaps are.</param>
    public static byte[] DeletionVector(IEnumerable<long> positions, bool runs = false)
    {
        byte[] content = [0xD1, 0xD3, 0x39, 0x64, .. Positions(positions, runs)];
        var blob = new byte[content.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(blob, content.Length);
        content.CopyTo(blob, 4);
        BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(blob.Length - 4), Checksum(content));
        return blob;
    }

    public static byte[] Positions(IEnumerable<long> positions, bool runs = false)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var bitmaps = positions.Distinct().Order().GroupBy(position => (uint)(position >> 32)).ToList();
        writer.Write((ulong)bitmaps.Count);
        foreach (var bitmap in bitmaps)
        {
            writer.Write(bitmap.Key);
            WriteBitmap(writer, [.. bitmap.GroupBy(position => (ushort)(position >> 16))], runs);
        }

        return stream.ToArray();
    }

    /// <summary>CRC-32 as zlib has it.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    private static void WriteBitmap(BinaryWriter writer, List<IGrouping<ushort, long>> containers, bool runs)
    {
        if (runs)
        {
            writer.Write((uint)(12347 | ((containers.Count - 1) << 16)));
            writer.Write(Enumerable.Repeat((byte)0xFF, (containers.Count + 7) / 8).ToArray());
        }
        else
        {
            writer.Write(12346u);
            writer.Write((uint)containers.Count);
        }

        foreach (var container in containers)
        {
            writer.Write(container.Key);
            writer.Write((ushort)(container.Count() - 1));
        }

        if (!runs || containers.Count >= 4)
        {
            // Readers may jump by these; the one under test reads through.
            containers.ForEach(_ => writer.Write(0u));
        }

        containers.ForEach(container => WriteContainer(writer, [.. container.Select(position => (ushort)position)], runs));
    }

    private static void WriteContainer(BinaryWriter writer, ushort[] values, bool runs)
    {
        if (runs)
        {
            var starts = values.Where((value, i) => i == 0 || values[i - 1] != value - 1).ToList();
            writer.Write((ushort)starts.Count);
            foreach (var start in starts)
            {
                var length = values.SkipWhile(value => value < start).TakeWhile((value, i) => value == start + i).Count();
                writer.Write(start);
                writer.Write((ushort)(length - 1));
            }
        }
        else if (values.Length <= MaxListCount)
        {
            Array.ForEach(values, writer.Write);
        }
        else
        {
            var words = new ulong[1024];
            Array.ForEach(values, value => words[value >> 6] |= 1UL << (value & 63));
            Array.ForEach(words, writer.Write);
        }
    }
}
