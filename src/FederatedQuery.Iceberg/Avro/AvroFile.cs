using System.Text;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>
/// An Avro object container file in memory (Avro specification: Object Container Files): the header read, the blocks to be read one after
/// another. Blocks are decompressed only when they are reached, and only up to <see cref="MaxBlockBytes"/>.
/// </summary>
public sealed class AvroFile
{
    /// <summary>Larger blocks are refused. Writers close a block at 16 KiB to 4 MiB; some put a whole manifest into one.</summary>
    public const int MaxBlockBytes = 256 << 20;

    internal const int SyncBytes = 16;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly ReadOnlyMemory<byte> _sync;
    private readonly int _firstBlock;

    private AvroFile(ReadOnlyMemory<byte> content, Dictionary<string, byte[]> metadata, ReadOnlyMemory<byte> sync, int firstBlock)
    {
        _content = content;
        _sync = sync;
        _firstBlock = firstBlock;
        Metadata = metadata;
        Schema = AvroSchemaJson.Parse(metadata.TryGetValue("avro.schema", out var schema) ? schema : throw Invalid("it has no 'avro.schema'"));
        Codec = AvroCodec.Find(FindText("avro.codec") ?? "null");
    }

    internal static ReadOnlySpan<byte> Magic => "Obj\u0001"u8;

    /// <summary>The schema that the file was written with.</summary>
    public AvroSchema Schema { get; }

    public AvroCodec Codec { get; }

    /// <summary>The file's key-value metadata, <c>avro.schema</c> and <c>avro.codec</c> included.</summary>
    public IReadOnlyDictionary<string, byte[]> Metadata { get; }

    /// <summary>A metadata value as text; null when the key is missing.</summary>
    public string? FindText(string key) => Metadata.TryGetValue(key, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <exception cref="IcebergException">InvalidFile: not an Avro file, or its header is broken. Unsupported: an unknown codec.</exception>
    public static AvroFile Open(ReadOnlyMemory<byte> content)
    {
        if (content.Length < Magic.Length || !content.Span[..Magic.Length].SequenceEqual(Magic))
        {
            throw Invalid(content.IsEmpty ? "it is empty" : "it does not begin with 'Obj' and the byte 1");
        }

        var reader = new AvroReader(content.Span);
        reader.ReadFixed(Magic.Length);
        var metadata = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var count = reader.ReadBlockCount(); count > 0; count = reader.ReadBlockCount())
        {
            for (var i = 0; i < count; i++)
            {
                metadata[reader.ReadString()] = reader.ReadBytes().ToArray();
            }
        }

        reader.ReadFixed(SyncBytes);
        return new AvroFile(content, metadata, content.Slice(reader.Position - SyncBytes, SyncBytes), reader.Position);
    }

    /// <summary>The blocks in order, each read when it is asked for.</summary>
    /// <exception cref="IcebergException">InvalidFile, during the enumeration: a block is broken.</exception>
    public IEnumerable<AvroBlock> ReadBlocks()
    {
        for (var position = _firstBlock; position < _content.Length;)
        {
            var (count, data, next) = ReadBlock(position);
            yield return new AvroBlock(count, Codec.Decompress(data, MaxBlockBytes));
            position = next;
        }
    }

    private (long Count, ReadOnlyMemory<byte> Data, int Next) ReadBlock(int position)
    {
        var reader = new AvroReader(_content.Span[position..]);
        var count = reader.ReadLong();
        var size = reader.ReadLong();
        if (count < 0 || size < 0)
        {
            throw Invalid($"a block says it has {count} records in {size} bytes");
        }

        var start = position + reader.Position;
        reader.ReadFixed(size);
        if (!reader.ReadFixed(SyncBytes).SequenceEqual(_sync.Span))
        {
            throw Invalid($"the block at byte {position} does not end with the file's sync marker");
        }

        return (count, _content.Slice(start, (int)size), position + reader.Position);
    }

    private static IcebergException Invalid(string reason) => new(IcebergErrorKind.InvalidFile, $"The file is not a valid Avro file: {reason}.");
}
