using FederatedQuery.Iceberg.Avro;

namespace FederatedQuery.Iceberg.Manifests;

/// <summary>
/// Reads the maps from field ids to metrics of one manifest's files. A manifest of a wide table is little else, and all of it is kept: what is made is
/// of the exact size, and maps with the same field ids, which in a manifest are nearly all, share one array of them. For one thread.
/// </summary>
internal sealed class MetricMapReader
{
    private int[] _ids = new int[16];
    private long[] _longs = new long[16];
    private int[] _ends = new int[16];
    private byte[] _bytes = new byte[256];
    private int[] _lastIds = [];

    /// <returns>Null when there is no map. Entries with a null value are left out.</returns>
    public FieldIdMap<long>? ReadLongs(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!AvroFields.Enter(ref reader, ref schema))
        {
            return null;
        }

        var (item, key, value) = EntryOf(schema, field);
        var count = 0;
        for (var left = reader.ReadBlockCount(); left > 0; left = reader.ReadBlockCount())
        {
            for (; left > 0; left--)
            {
                EnterItem(ref reader, item, field);
                var id = AvroFields.ReadInt(ref reader, key, field) ?? throw AvroFields.Null(field);
                if (AvroFields.ReadLong(ref reader, value, field) is { } number)
                {
                    Put(ref _ids, count, id);
                    Put(ref _longs, count, number);
                    count++;
                }
            }
        }

        return FieldIdMap<long>.Adopt(IdsOf(count), _longs[..count]);
    }

    /// <inheritdoc cref="ReadLongs"/>
    /// <remarks>All values of the map share one array, which is not the input's: a few bounds would keep a whole manifest in memory.</remarks>
    public FieldIdMap<ReadOnlyMemory<byte>>? ReadBytes(ref AvroReader reader, AvroSchema schema, string field)
    {
        if (!AvroFields.Enter(ref reader, ref schema))
        {
            return null;
        }

        var (item, key, value) = EntryOf(schema, field);
        var (count, length) = (0, 0);
        for (var left = reader.ReadBlockCount(); left > 0; left = reader.ReadBlockCount())
        {
            for (; left > 0; left--)
            {
                EnterItem(ref reader, item, field);
                var id = AvroFields.ReadInt(ref reader, key, field) ?? throw AvroFields.Null(field);
                var branch = value;
                if (AvroFields.Enter(ref reader, ref branch))
                {
                    var bytes = AvroFields.ReadSpan(ref reader, branch, field);
                    if (_bytes.Length - length < bytes.Length)
                    {
                        Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, length + bytes.Length));
                    }

                    bytes.CopyTo(_bytes.AsSpan(length));
                    length += bytes.Length;
                    Put(ref _ids, count, id);
                    Put(ref _ends, count, length);
                    count++;
                }
            }
        }

        var shared = _bytes[..length];
        var values = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < count; i++)
        {
            var start = i == 0 ? 0 : _ends[i - 1];
            values[i] = shared.AsMemory(start, _ends[i] - start);
        }

        return FieldIdMap<ReadOnlyMemory<byte>>.Adopt(IdsOf(count), values);
    }

    private int[] IdsOf(int count)
    {
        if (!_lastIds.AsSpan().SequenceEqual(_ids.AsSpan(0, count)))
        {
            _lastIds = _ids[..count];
        }

        return _lastIds;
    }

    private static void Put<T>(ref T[] items, int index, T item)
    {
        if (index == items.Length)
        {
            Array.Resize(ref items, items.Length * 2);
        }

        items[index] = item;
    }

    /// <summary>Maps with keys that are no strings are arrays of key-value records (spec: Appendix A, Avro); some writers make the records optional.</summary>
    private static (AvroSchema Item, AvroSchema Key, AvroSchema Value) EntryOf(AvroSchema schema, string field)
    {
        var item = (schema as AvroArraySchema)?.Items;
        var record = item is AvroUnionSchema union ? union.Branches.OfType<AvroRecordSchema>().SingleOrDefault() : item;
        return record is AvroRecordSchema { Fields: [var key, var value] }
            ? (item!, key.Schema, value.Schema)
            : throw AvroFields.WrongType(field, "array of key-value records", schema);
    }

    private static void EnterItem(ref AvroReader reader, AvroSchema item, string field)
    {
        if (!AvroFields.Enter(ref reader, ref item))
        {
            throw AvroFields.Null(field);
        }
    }
}
