using System.Security.Cryptography;
using System.Text;

namespace FederatedQuery.Iceberg.Avro;

/// <summary>Writes an Avro object container file into memory, a block at a time.</summary>
public sealed class AvroFileWriter
{
    private const int BlockBytes = 64 * 1024;

    private readonly AvroCodec _codec;
    private readonly byte[] _sync = RandomNumberGenerator.GetBytes(AvroFile.SyncBytes);
    private readonly AvroWriter _file = new();
    private readonly AvroWriter _block = new();
    private long _blockCount;
    private bool _isFinished;

    public AvroFileWriter(AvroSchema schema, IEnumerable<KeyValuePair<string, string>> metadata, AvroCodec codec)
    {
        _codec = codec;
        var entries = new List<KeyValuePair<string, string>>(metadata)
        {
            new("avro.schema", AvroSchemaJson.Write(schema)),
            new("avro.codec", codec.Name),
        };
        _file.WriteFixed(AvroFile.Magic);
        _file.WriteBlockCount(entries.Count);
        foreach (var (key, value) in entries)
        {
            _file.WriteString(key);
            _file.WriteBytes(Encoding.UTF8.GetBytes(value));
        }

        _file.WriteBlockCount(0);
        _file.WriteFixed(_sync);
    }

    /// <summary>Values written.</summary>
    public long Count { get; private set; }

    /// <summary>Writes one value of the file's schema.</summary>
    public void Append<TState>(TState state, Action<AvroWriter, TState> write)
    {
        ObjectDisposedException.ThrowIf(_isFinished, this);
        write(_block, state);
        _blockCount++;
        Count++;
        if (_block.Length >= BlockBytes)
        {
            WriteBlock();
        }
    }

    /// <summary>The whole file. Nothing can be appended afterwards.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        _isFinished = true;
        if (_blockCount > 0)
        {
            WriteBlock();
        }

        return _file.Written;
    }

    private void WriteBlock()
    {
        _file.WriteLong(_blockCount);
        _file.WriteBytes(_codec.Compress(_block.Written.Span));
        _file.WriteFixed(_sync);
        _block.Clear();
        _blockCount = 0;
    }
}
