namespace FederatedQuery.Cold.Parquet;

/// <summary>Decodes ColumnChunk, ColumnMetaData and Statistics.</summary>
internal static class ParquetColumnChunkReader
{
    /// <summary>No page begins before: the file's first bytes are its magic. Some writers say 0 for "no dictionary".</summary>
    private const int FirstPage = 4;

    /// <param name="dataEnd">Every chunk ends here at the latest.</param>
    /// <param name="obstacle">Set when the chunk cannot be copied into another file.</param>
    public static ParquetColumnChunk Read(ref ThriftReader reader, long dataEnd, ref string? obstacle)
    {
        var start = reader.Position;
        ColumnMetaData? metadata = null;
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    obstacle = "a column chunk lies in another file";
                    reader.Skip(type);
                    break;
                case 3:
                    reader.Expect(type, ThriftType.Struct);
                    metadata = ReadMetaData(ref reader);
                    break;
                case 8 or 9:
                    obstacle = "its columns are encrypted";
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (metadata is not { } data)
        {
            throw reader.Broken("has a column chunk without metadata");
        }

        var first = data.DictionaryPageOffset >= FirstPage ? Math.Min(data.DictionaryPageOffset, data.DataPageOffset) : data.DataPageOffset;
        var isEmpty = data.ValueCount == 0 && data.CompressedBytes == 0;
        if (!isEmpty && (first < FirstPage || data.CompressedBytes < 0 || data.CompressedBytes > dataEnd - first))
        {
            throw reader.Broken($"has a column chunk of {data.CompressedBytes} bytes at {first}, beyond the data, which ends at {dataEnd}");
        }

        return new ParquetColumnChunk
        {
            ValueCount = data.ValueCount,
            CompressedBytes = data.CompressedBytes,
            UncompressedBytes = data.UncompressedBytes,
            Start = isEmpty ? FirstPage : first,
            NullCount = data.NullCount,
            Minimum = data.Minimum,
            Maximum = data.Maximum,
            Encoded = start..reader.Position,
        };
    }

    private static ColumnMetaData ReadMetaData(ref ThriftReader reader)
    {
        var data = new ColumnMetaData();
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            switch (id)
            {
                case 5 or 6 or 7 or 9 or 11:
                    reader.Expect(type, ThriftType.I64);
                    var value = reader.ReadInteger();
                    data = id switch
                    {
                        5 => data with { ValueCount = value >= 0 ? value : throw reader.Broken($"has a column chunk of {value} values") },
                        6 => data with
                        {
                            UncompressedBytes = value is >= 0 and <= ParquetFooterReader.MaxCount ? value : throw reader.Broken($"has a column chunk of {value} bytes"),
                        },
                        7 => data with { CompressedBytes = value },
                        9 => data with { DataPageOffset = value },
                        _ => data with { DictionaryPageOffset = value },
                    };
                    break;
                case 12:
                    reader.Expect(type, ThriftType.Struct);
                    data = ReadStatistics(ref reader, data);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return data;
    }

    /// <summary>The older fields min and max (1, 2) are left alone: their order was never settled.</summary>
    private static ColumnMetaData ReadStatistics(ref ThriftReader reader, ColumnMetaData data)
    {
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            switch (id)
            {
                case 3:
                    reader.Expect(type, ThriftType.I64);
                    data = data with { NullCount = reader.ReadInteger() };
                    break;
                case 5:
                    reader.Expect(type, ThriftType.Binary);
                    data = data with { Maximum = reader.ReadBinary() };
                    break;
                case 6:
                    reader.Expect(type, ThriftType.Binary);
                    data = data with { Minimum = reader.ReadBinary() };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return data;
    }

    private readonly record struct ColumnMetaData(
        long ValueCount, long UncompressedBytes, long CompressedBytes, long DataPageOffset, long DictionaryPageOffset, long? NullCount, Range? Minimum,
        Range? Maximum);
}
