using System.Globalization;
using System.Text;

namespace FederatedQuery.Cold.Parquet;

/// <summary>Decodes a footer (Parquet: FileMetaData), and refuses one that does not hold together.</summary>
internal static class ParquetFooterReader
{
    /// <summary>Real files have a few thousand at most; more is taken for broken before memory is spent on it.</summary>
    private const int MaxSchemaElements = 100_000;
    private const int MaxRowGroups = 100_000;

    /// <summary>Rows of a row group, bytes of a chunk: so that sums of them stay numbers.</summary>
    internal const long MaxCount = 1L << 40;

    /// <param name="bytes">The encoded metadata; kept by the result.</param>
    /// <param name="dataEnd">Where the footer begins in the file: every chunk lies before.</param>
    /// <exception cref="ParquetFormatException">The bytes are not a footer, or point outside the file.</exception>
    public static ParquetFooter Read(byte[] bytes, long dataEnd)
    {
        var reader = new ThriftReader(bytes, 0);
        ParquetSchemaElement[]? schema = null;
        var leaves = Array.Empty<int>();
        var fields = Array.Empty<ParquetField>();
        ParquetRowGroup[]? rowGroups = null;
        Range[]? orders = null;
        var createdBy = "";
        string? obstacle = null;
        var copied = new List<(short, ThriftType, Range)>();
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            var start = reader.Position;
            switch (id)
            {
                case 2:
                    reader.Expect(type, ThriftType.List);
                    schema = ReadSchema(ref reader);
                    (fields, leaves) = Shape(schema, reader);
                    break;
                case 3:
                    reader.Expect(type, ThriftType.I64);
                    reader.ReadInteger();
                    break;
                case 4:
                    reader.Expect(type, ThriftType.List);
                    rowGroups = ReadRowGroups(ref reader, schema is null ? throw reader.Broken("has row groups before its schema") : leaves.Length, dataEnd, ref obstacle);
                    break;
                case 6:
                    reader.Expect(type, ThriftType.Binary);
                    createdBy = Encoding.UTF8.GetString(bytes.AsSpan(reader.ReadBinary()));
                    copied.Add((id, type, start..reader.Position));
                    break;
                case 7:
                    reader.Expect(type, ThriftType.List);
                    orders = ReadEach(ref reader, leaves.Length, "column orders");
                    break;
                case 8:
                    obstacle = "its columns are encrypted";
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    copied.Add((id, type, start..reader.Position));
                    break;
            }
        }

        if (schema is null || rowGroups is null)
        {
            throw reader.Broken(schema is null ? "has no schema" : "has no list of row groups");
        }

        return new ParquetFooter
        {
            Bytes = bytes,
            Schema = schema,
            Fields = fields,
            Leaves = leaves,
            RowGroups = rowGroups,
            CreatedBy = createdBy,
            ColumnOrders = orders,
            CopiedFields = [.. copied],
            Obstacle = obstacle,
        };
    }

    private static ParquetSchemaElement[] ReadSchema(ref ThriftReader reader)
    {
        var count = reader.ReadList(ThriftType.Struct);
        if (count is 0 or > MaxSchemaElements)
        {
            throw reader.Broken($"has {count} schema elements; 1 to {MaxSchemaElements} are read");
        }

        var elements = new ParquetSchemaElement[count];
        for (var i = 0; i < count; i++)
        {
            elements[i] = ParquetSchemaElementReader.Read(ref reader);
        }

        return elements;
    }

    /// <summary>The top level fields and the leaves of a schema written depth first.</summary>
    private static (ParquetField[] Fields, int[] Leaves) Shape(ParquetSchemaElement[] schema, ThriftReader reader)
    {
        var leaves = new List<int>();
        var fields = new List<ParquetField>();
        var next = 1;
        for (var child = 0; child < schema[0].ChildCount; child++)
        {
            var first = next;
            var firstLeaf = leaves.Count;
            var open = 1;
            while (open > 0)
            {
                if (next >= schema.Length)
                {
                    throw reader.Broken("has groups with more children than there are schema elements");
                }

                if (schema[next].PhysicalType is not null)
                {
                    leaves.Add(next);
                }

                open += schema[next].ChildCount - 1;
                next++;
            }

            fields.Add(new ParquetField(schema[first].FieldId, first, next - first, firstLeaf, leaves.Count - firstLeaf));
        }

        return next == schema.Length
            ? ([.. fields], [.. leaves])
            : throw reader.Broken($"has {schema.Length} schema elements, of which {schema.Length - next} belong to no group");
    }

    private static ParquetRowGroup[] ReadRowGroups(ref ThriftReader reader, int leafCount, long dataEnd, ref string? obstacle)
    {
        var count = reader.ReadList(ThriftType.Struct);
        if (count > MaxRowGroups)
        {
            throw reader.Broken($"has {count} row groups; at most {MaxRowGroups} are read");
        }

        var groups = new ParquetRowGroup[count];
        for (var i = 0; i < count; i++)
        {
            groups[i] = ReadRowGroup(ref reader, leafCount, dataEnd, ref obstacle);
        }

        return groups;
    }

    private static ParquetRowGroup ReadRowGroup(ref ThriftReader reader, int leafCount, long dataEnd, ref string? obstacle)
    {
        ParquetColumnChunk[]? chunks = null;
        long? rowCount = null;
        (int, Range)[] sorting = [];
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            switch (id)
            {
                case 1:
                    reader.Expect(type, ThriftType.List);
                    var count = reader.ReadList(ThriftType.Struct);
                    if (count != leafCount)
                    {
                        throw reader.Broken($"has a row group of {count} columns; the schema has {leafCount}");
                    }

                    chunks = new ParquetColumnChunk[count];
                    for (var i = 0; i < count; i++)
                    {
                        chunks[i] = ParquetColumnChunkReader.Read(ref reader, dataEnd, ref obstacle);
                    }

                    break;
                case 3:
                    reader.Expect(type, ThriftType.I64);
                    rowCount = reader.ReadInteger();
                    break;
                case 4:
                    reader.Expect(type, ThriftType.List);
                    sorting = ReadSorting(ref reader, leafCount);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (chunks is null || rowCount is not (>= 0 and <= MaxCount))
        {
            throw reader.Broken(chunks is null ? "has a row group without columns" : $"has a row group of {rowCount?.ToString(CultureInfo.InvariantCulture) ?? "no"} rows");
        }

        return new ParquetRowGroup { RowCount = rowCount.Value, Chunks = chunks, SortingColumns = sorting };
    }

    private static (int Leaf, Range Encoded)[] ReadSorting(ref ThriftReader reader, int leafCount)
    {
        var sorting = new (int, Range)[reader.ReadList(ThriftType.Struct)];
        for (var i = 0; i < sorting.Length; i++)
        {
            var start = reader.Position;
            var leaf = -1;
            short id = 0;
            while (reader.ReadField(ref id, out var type))
            {
                if (id == 1)
                {
                    reader.Expect(type, ThriftType.I32);
                    leaf = reader.ReadInt32();
                }
                else
                {
                    reader.Skip(type);
                }
            }

            // A number beyond the leaves sorts by nothing that could be kept.
            sorting[i] = (leaf < leafCount ? leaf : -1, start..reader.Position);
        }

        return sorting;
    }

    private static Range[] ReadEach(ref ThriftReader reader, int expected, string what)
    {
        var count = reader.ReadList(ThriftType.Struct);
        if (count != expected)
        {
            throw reader.Broken($"has {count} {what} for {expected} columns");
        }

        var items = new Range[count];
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            reader.Skip(ThriftType.Struct);
            items[i] = start..reader.Position;
        }

        return items;
    }
}
