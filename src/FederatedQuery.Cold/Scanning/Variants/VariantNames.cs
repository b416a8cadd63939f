namespace FederatedQuery.Cold.Scanning.Variants;

/// <summary>The names of object fields, which a variant keeps apart from its value (Variant Binary Encoding: Metadata).</summary>
internal readonly ref struct VariantNames
{
    private readonly ReadOnlySpan<byte> _metadata;
    private readonly int _offsetSize;
    private readonly int _count;

    /// <exception cref="Iceberg.IcebergException">InvalidFile: the bytes are no variant's metadata.</exception>
    public VariantNames(ReadOnlySpan<byte> metadata, int version)
    {
        _metadata = metadata;
        var header = VariantBytes.Slice(metadata, 0, 1, "metadata")[0];
        if ((header & 15) != version)
        {
            throw VariantBytes.Broken($"is of version {header & 15}; {version} is known");
        }

        _offsetSize = (header >> 6) + 1;
        _count = VariantBytes.Count(metadata, 1, _offsetSize);
    }

    /// <summary>A name, as UTF-8.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            if (id >= _count)
            {
                throw VariantBytes.Broken($"names field {id}; its metadata has {_count}");
            }

            var (from, to) = (Offset(id), Offset(id + 1));
            return from <= to
                ? VariantBytes.Slice(_metadata, 1L + ((_count + 2L) * _offsetSize) + from, to - from, "names")
                : throw VariantBytes.Broken($"has a name from {from} to {to}");
        }
    }

    private int Offset(int index)
    {
        var start = 1L + ((1L + index) * _offsetSize);
        VariantBytes.Slice(_metadata, start, _offsetSize, "names");
        return VariantBytes.Count(_metadata, (int)start, _offsetSize);
    }
}
