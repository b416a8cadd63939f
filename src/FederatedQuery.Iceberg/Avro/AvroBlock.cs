namespace FederatedQuery.Iceberg.Avro;

/// <summary>A block of an Avro file, decompressed: <paramref name="Count"/> values of the file's schema, one after another.</summary>
public readonly record struct AvroBlock(long Count, ReadOnlyMemory<byte> Data)
{
    /// <summary>Reads all values of the block.</summary>
    /// <exception cref="IcebergException">InvalidFile: a value is broken, or bytes are left after the last one.</exception>
    public void ReadAll<TState>(TState state, AvroValueReader<TState> read)
    {
        var reader = new AvroReader(Data.Span);
        for (var i = reader.CheckCount(Count); i > 0; i--)
        {
            read(ref reader, state);
        }

        if (reader.Remaining > 0)
        {
            throw new IcebergException(
                IcebergErrorKind.InvalidFile, $"An Avro block of {Count} records has {reader.Remaining} bytes left after the last one.");
        }
    }
}

/// <summary>Reads one value from where the reader stands.</summary>
public delegate void AvroValueReader<in TState>(ref AvroReader reader, TState state);
