using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;
using FsCheck;
using FsCheck.Fluent;

namespace FederatedQuery.DuckDb.Tests.Vectors;

/// <summary>Rows of any content, written by us through chunks and appender, are read back equal.</summary>
public sealed class ChunkRoundTripTests : DuckDBTest
{
    private static readonly DuckDBLogicalType[] Types =
    [
        DuckDBLogicalType.BigInt, DuckDBLogicalType.Varchar, DuckDBLogicalType.Blob, DuckDBLogicalType.Decimal(38, 5), DuckDBLogicalType.Uuid,
        DuckDBLogicalType.Double, DuckDBLogicalType.List(DuckDBLogicalType.Varchar), DuckDBLogicalType.TimestampTz,
    ];

    [Fact]
    public void Chunk_AnyRows_ReadBackEqual()
    {
        Connection.Execute("CREATE TABLE t(i BIGINT, s VARCHAR, b BLOB, d DECIMAL(38,5), u UUID, f DOUBLE, l VARCHAR[], ts TIMESTAMPTZ)");

        Prop.ForAll(Rows().ToArbitrary(), rows =>
        {
            Connection.Execute("DELETE FROM t");
            Append(rows);
            var read = ReadRows();
            Assert.Equal(rows.Length, read.Count);
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.Equal(rows[i].Text, read[i].Text);
                Assert.Equal(rows[i].Bytes, read[i].Bytes);
                Assert.Equal(rows[i].List, read[i].List);
                Assert.Equal(rows[i] with { Text = null, Bytes = null, List = null }, read[i] with { Text = null, Bytes = null, List = null });
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(300));
    }

    private static Gen<Row[]> Rows()
    {
        // No lone surrogates: they are no text and become U+FFFD.
        var text = ArbMap.Default.GeneratorFor<string?>().Select(s => s is null || !s.Any(char.IsSurrogate) ? s : "🦆" + s.Length);
        var row =
            from number in ArbMap.Default.GeneratorFor<long?>()
            from s in text
            from bytes in ArbMap.Default.GeneratorFor<byte[]?>()
            from unscaled in ArbMap.Default.GeneratorFor<long?>()
            from id in ArbMap.Default.GeneratorFor<Guid?>()
            from real in ArbMap.Default.GeneratorFor<double?>()
            from list in Gen.OneOf(Gen.Constant<string?[]?>(null), text.ArrayOf().Select(items => (string?[]?)items))
            from at in Gen.Choose(int.MinValue, int.MaxValue).Select(i => (long?)i * 1_000_003)
            select new Row(number, s, bytes, unscaled * (Int128)1_000_000_007, id, real, list, at);
        return row.ArrayOf();
    }

    private void Append(Row[] rows)
    {
        using var appender = Connection.CreateAppender("t");
        using var chunk = DataChunk.Create(Types);
        Assert.True(rows.Length <= DataChunk.MaximumCount);
        var writers = Enumerable.Range(0, Types.Length).Select(chunk.Writer).ToArray();
        var elements = 0;
        for (var r = 0; r < rows.Length; r++)
        {
            var row = rows[r];
            Set(ref writers[0], r, row.Number);
            if (row.Text is null)
            {
                writers[1].SetNull(r);
            }
            else
            {
                writers[1].SetString(r, row.Text);
            }

            if (row.Bytes is null)
            {
                writers[2].SetNull(r);
            }
            else
            {
                writers[2].SetUtf8(r, row.Bytes);
            }

            Set(ref writers[3], r, row.Unscaled);
            Set(ref writers[4], r, row.Id is { } id ? DuckDBUuid.From(id) : (DuckDBUuid?)null);
            Set(ref writers[5], r, row.Real);
            AppendList(ref writers[6], r, row.List, ref elements);
            Set(ref writers[7], r, row.At);
        }

        chunk.Count = rows.Length;
        appender.AppendChunk(chunk);
        appender.Close();
    }

    private static void AppendList(ref DuckDBVectorWriter writer, int row, string?[]? list, ref int elements)
    {
        if (list is null)
        {
            writer.SetNull(row);
            return;
        }

        writer.SetListSize(elements + list.Length);
        writer.ListEntries[row] = new DuckDBListEntry((ulong)elements, (ulong)list.Length);
        var child = writer.Child();
        foreach (var item in list)
        {
            if (item is null)
            {
                child.SetNull(elements++);
            }
            else
            {
                child.SetString(elements++, item);
            }
        }
    }

    private static void Set<T>(ref DuckDBVectorWriter writer, int row, T? value)
        where T : unmanaged
    {
        if (value is { } set)
        {
            writer.Values<T>()[row] = set;
        }
        else
        {
            writer.SetNull(row);
        }
    }

    private List<Row> ReadRows()
    {
        var rows = new List<Row>();
        using var result = Connection.Query("SELECT * FROM t ORDER BY rowid");
        foreach (var chunk in result.ReadChunks())
        {
            for (var r = 0; r < chunk.Count; r++)
            {
                rows.Add(new Row(
                    Get<long>(chunk[0], r),
                    chunk[1].IsValid(r) ? chunk[1].String(r) : null,
                    chunk[2].IsValid(r) ? chunk[2].Utf8(r).ToArray() : null,
                    Get<Int128>(chunk[3], r),
                    Get<DuckDBUuid>(chunk[4], r)?.ToGuid(),
                    Get<double>(chunk[5], r),
                    chunk[6].IsValid(r) ? ReadList(chunk[6], r) : null,
                    Get<long>(chunk[7], r)));
            }
        }

        return rows;
    }

    private static string?[] ReadList(DuckDBVector vector, int row)
    {
        var (offset, length) = (vector.ListEntries[row].Offset, vector.ListEntries[row].Length);
        var child = vector.Child();
        return [.. Enumerable.Range((int)offset, (int)length).Select(i => child.IsValid(i) ? child.String(i) : null)];
    }

    private static T? Get<T>(DuckDBVector vector, int row)
        where T : unmanaged => vector.IsValid(row) ? vector.Values<T>()[row] : null;

    private sealed record Row(long? Number, string? Text, byte[]? Bytes, Int128? Unscaled, Guid? Id, double? Real, string?[]? List, long? At);
}
