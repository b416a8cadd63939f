using System.Buffers.Binary;

namespace FederatedQuery.Cold.Parquet;

/// <summary>
/// A smaller Parquet file made of whole column chunks of another: some of its top-level fields, some of its row groups, in their order. Its pages
/// are copied byte for byte; only the metadata is written anew. Indexes and Bloom filters, which readers can do without, are left out.
/// </summary>
internal sealed class ReducedParquet
{
    private const int FooterFrame = 8;

    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    private ReducedParquet(IReadOnlyList<CopiedBytes> chunks, ReadOnlyMemory<byte> footer, long length)
    {
        Chunks = chunks;
        Footer = footer;
        Length = length;
    }

    /// <summary>What to copy, ascending by target, without overlap there. Behind the magic, the chunks follow each other without gaps.</summary>
    public IReadOnlyList<CopiedBytes> Chunks { get; }

    /// <summary>What stands at the beginning of the file.</summary>
    public static ReadOnlyMemory<byte> Header => Magic;

    /// <summary>What stands at the end of the file: metadata, its length, magic.</summary>
    public ReadOnlyMemory<byte> Footer { get; }

    /// <summary>Of the whole file.</summary>
    public long Length { get; }

    public long ChunkBytes => Length - Magic.Length - Footer.Length;

    /// <param name="footer">Of the file that the chunks are taken from.</param>
    /// <param name="fields">Numbers into <see cref="ParquetFooter.Fields"/>, ascending; at least one.</param>
    /// <param name="rowGroups">Numbers into <see cref="ParquetFooter.RowGroups"/>, ascending; may be empty.</param>
    public static ReducedParquet Plan(ParquetFooter footer, IReadOnlyList<int> fields, IReadOnlyList<int> rowGroups)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count);
        var leaves = fields
            .SelectMany(field => Enumerable.Range(footer.Fields[field].FirstLeaf, footer.Fields[field].LeafCount))
            .ToArray();
        var chunks = new List<CopiedBytes>(leaves.Length * rowGroups.Count);
        long position = Magic.Length;
        foreach (var group in rowGroups)
        {
            foreach (var leaf in leaves)
            {
                var chunk = footer.RowGroups[group].Chunks[leaf];
                chunks.Add(new CopiedBytes(chunk.Start, chunk.CompressedBytes, position));
                position += chunk.CompressedBytes;
            }
        }

        var metadata = ReducedFooterWriter.Write(footer, fields, leaves, rowGroups, chunks);
        var end = new byte[metadata.Length + FooterFrame];
        metadata.Span.CopyTo(end);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(metadata.Length), metadata.Length);
        Magic.CopyTo(end, metadata.Length + sizeof(int));
        return new ReducedParquet(chunks, end, position + end.Length);
    }
}

/// <summary>Bytes of one file that stand elsewhere in another.</summary>
internal readonly record struct CopiedBytes(long Source, long Length, long Target)
{
    public long SourceEnd => Source + Length;
}
