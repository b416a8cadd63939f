namespace FederatedQuery.Cold.Parquet;

/// <summary>Writes the metadata of a <see cref="ReducedParquet"/>: what counts and places is new, everything else is copied as it was encoded.</summary>
internal static class ReducedFooterWriter
{
    /// <param name="footer">Of the source.</param>
    /// <param name="fields">Top-level fields kept.</param>
    /// <param name="leaves">Their leaves, ascending.</param>
    /// <param name="rowGroups">Row groups kept.</param>
    /// <param name="chunks">Where each kept chunk goes: row group by row group, leaf by leaf.</param>
    public static ReadOnlyMemory<byte> Write(
        ParquetFooter footer, IReadOnlyList<int> fields, int[] leaves, IReadOnlyList<int> rowGroups, IReadOnlyList<CopiedBytes> chunks)
    {
        var writer = new ThriftWriter();
        writer.BeginStruct();
        var copied = new Queue<(short Id, ThriftType Type, Range Encoded)>(footer.CopiedFields.OrderBy(field => field.Id));
        CopyBefore(writer, footer, copied, 2);
        WriteSchema(writer, footer, fields);
        writer.Field(3, ThriftType.I64, rowGroups.Sum(group => footer.RowGroups[group].RowCount));
        writer.Field(4, ThriftType.List);
        writer.List(ThriftType.Struct, rowGroups.Count);
        for (var i = 0; i < rowGroups.Count; i++)
        {
            WriteRowGroup(writer, footer, footer.RowGroups[rowGroups[i]], leaves, chunks, i);
        }

        CopyBefore(writer, footer, copied, 7);
        if (footer.ColumnOrders is { } orders)
        {
            writer.Field(7, ThriftType.List);
            writer.List(ThriftType.Struct, leaves.Length);
            foreach (var leaf in leaves)
            {
                writer.Raw(footer.Bytes.AsSpan(orders[leaf]));
            }
        }

        CopyBefore(writer, footer, copied, short.MaxValue);
        writer.EndStruct();
        return writer.Written;
    }

    private static void CopyBefore(ThriftWriter writer, ParquetFooter footer, Queue<(short Id, ThriftType Type, Range Encoded)> copied, short id)
    {
        while (copied.TryPeek(out var field) && field.Id < id)
        {
            writer.Field(field.Id, field.Type, footer.Bytes.AsSpan(field.Encoded));
            copied.Dequeue();
        }
    }

    private static void WriteSchema(ThriftWriter writer, ParquetFooter footer, IReadOnlyList<int> fields)
    {
        writer.Field(2, ThriftType.List);
        writer.List(ThriftType.Struct, 1 + fields.Sum(field => footer.Fields[field].ElementCount));
        Rewrite(writer, footer.Bytes, footer.Schema[0].Encoded, (id, _) => id == 5 ? fields.Count : null);
        foreach (var field in fields.Select(number => footer.Fields[number]))
        {
            for (var element = field.FirstElement; element < field.FirstElement + field.ElementCount; element++)
            {
                writer.Raw(footer.Bytes.AsSpan(footer.Schema[element].Encoded));
            }
        }
    }

    private static void WriteRowGroup(
        ThriftWriter writer, ParquetFooter footer, ParquetRowGroup group, int[] leaves, IReadOnlyList<CopiedBytes> chunks, int number)
    {
        var first = number * leaves.Length;
        writer.BeginStruct();
        writer.Field(1, ThriftType.List);
        writer.List(ThriftType.Struct, leaves.Length);
        for (var i = 0; i < leaves.Length; i++)
        {
            WriteChunk(writer, footer.Bytes, group.Chunks[leaves[i]], chunks[first + i]);
        }

        writer.Field(2, ThriftType.I64, leaves.Sum(leaf => group.Chunks[leaf].UncompressedBytes));
        writer.Field(3, ThriftType.I64, group.RowCount);

        // Rows sorted by (a, b) are sorted by (a) alone too, but not by (b).
        var sorting = group.SortingColumns
            .Select(column => (Number: Array.BinarySearch(leaves, column.Leaf), column.Encoded))
            .TakeWhile(column => column.Number >= 0)
            .ToList();
        if (sorting.Count > 0)
        {
            writer.Field(4, ThriftType.List);
            writer.List(ThriftType.Struct, sorting.Count);
            foreach (var (leaf, encoded) in sorting)
            {
                Rewrite(writer, footer.Bytes, encoded, (id, _) => id == 1 ? leaf : null);
            }
        }

        writer.Field(5, ThriftType.I64, leaves.Length == 0 ? 0 : chunks[first].Target);
        writer.Field(6, ThriftType.I64, leaves.Sum(leaf => group.Chunks[leaf].CompressedBytes));
        writer.EndStruct();
    }

    /// <summary>The chunk's pages moved by one distance, and so did every place within them.</summary>
    private static void WriteChunk(ThriftWriter writer, byte[] bytes, ParquetColumnChunk chunk, CopiedBytes copy)
    {
        var distance = copy.Target - copy.Source;
        var reader = new ThriftReader(bytes, chunk.Encoded.Start.Value);
        writer.BeginStruct();
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            var start = reader.Position;
            reader.Skip(type);
            switch (id)
            {
                case 2:
                    writer.Field(id, ThriftType.I64, copy.Target);
                    break;
                case 3:
                    writer.Field(id, ThriftType.Struct);

                    // Dropped: Bloom filters (14, 15), which lie outside the chunk. Index pages (10) are within it, where a writer has them at all.
                    Rewrite(writer, bytes, start..reader.Position, (field, value) => field is 9 or 10 or 11 && value > 0 ? value + distance : null, 14, 15);
                    break;
                case 4 or 5 or 6 or 7:
                    // Column and offset indexes lie outside the chunk.
                    break;
                default:
                    writer.Field(id, type, bytes.AsSpan(start..reader.Position));
                    break;
            }
        }

        writer.EndStruct();
    }

    /// <summary>Copies a struct, with other numbers in some of its fields and without some others.</summary>
    /// <param name="number">Given a field's id and, where it is a number, its value: the new value, or null to keep it.</param>
    private static void Rewrite(ThriftWriter writer, byte[] bytes, Range encoded, Func<short, long, long?> number, params ReadOnlySpan<short> dropped)
    {
        var reader = new ThriftReader(bytes, encoded.Start.Value);
        writer.BeginStruct();
        short id = 0;
        while (reader.ReadField(ref id, out var type))
        {
            var start = reader.Position;
            reader.Skip(type);
            if (dropped.Contains(id))
            {
                continue;
            }

            var isNumber = type is ThriftType.I16 or ThriftType.I32 or ThriftType.I64;
            if (isNumber && number(id, new ThriftReader(bytes, start).ReadInteger()) is { } changed)
            {
                writer.Field(id, type, changed);
            }
            else
            {
                writer.Field(id, type, bytes.AsSpan(start..reader.Position));
            }
        }

        writer.EndStruct();
    }
}
