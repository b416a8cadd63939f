using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Tests;

public sealed class DuckDBAppenderTests : DuckDBTest
{
    [Fact]
    public void AppendRow_Values_AreCastAndInserted()
    {
        Connection.Execute("CREATE TABLE t(i BIGINT, d DECIMAL(9,2), s VARCHAR, u UUID, l INT[], ts TIMESTAMPTZ)");
        var id = Guid.Parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");

        using (var appender = Connection.CreateAppender("t"))
        {
            appender.AppendRow(1, 1.5m, "one", id, new[] { 1, 2 }, DateTimeOffset.UnixEpoch);
            appender.AppendRow(null, null, null, null, null, null);
            appender.Close();
        }

        Assert.Equal(1, ReadLong($"SELECT count(*) FROM t WHERE i = 1 AND d = 1.5 AND s = 'one' AND u = '{id}' AND l = [1, 2] AND epoch(ts) = 0"));
        Assert.Equal(1, ReadLong("SELECT count(*) FROM t WHERE i IS NULL AND l IS NULL AND ts IS NULL"));
    }

    [Fact]
    public void AppendRow_WrongCount_SaysBoth()
    {
        Connection.Execute("CREATE TABLE t(a INT, b INT)");
        using var appender = Connection.CreateAppender("t");

        var exception = Assert.Throws<ArgumentException>(() => appender.AppendRow(1));

        Assert.StartsWith("The table 't' has 2 columns, but 1 values were given.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_ConstraintFails_Throws()
    {
        Connection.Execute("CREATE TABLE t(a INT NOT NULL)");
        using var appender = Connection.CreateAppender("t");

        var exception = Assert.Throws<DuckDBException>(() =>
        {
            appender.AppendRow([null]);
            appender.Close();
        });

        Assert.Equal(DuckDBErrorType.Constraint, exception.ErrorType);
    }

    [Fact]
    public void CreateAppender_NoSuchTable_IsACatalogError()
    {
        var exception = Assert.Throws<DuckDBException>(() => Connection.CreateAppender("missing"));

        Assert.Equal(DuckDBErrorType.Catalog, exception.ErrorType);
        Assert.Contains("missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AppendChunk_NestedTypes_AreInserted()
    {
        Connection.Execute("CREATE TABLE t(l VARCHAR[], s STRUCT(a INT, b VARCHAR), m MAP(VARCHAR, INT), f INT[2], u UNION(n INT, t VARCHAR), e ENUM('x', 'y'))");
        using var appender = Connection.CreateAppender("t");
        using var chunk = DataChunk.Create(appender.Types);

        var list = chunk.Writer(0);
        list.SetListSize(3);
        list.ListEntries[0] = new DuckDBListEntry(0, 2);
        list.ListEntries[1] = new DuckDBListEntry(2, 1);
        var element = list.Child();
        element.SetString(0, "short");
        element.SetNull(1);
        element.SetString(2, "longer than twelve bytes");

        var fields = chunk.Writer(1);
        fields.Field(0).Values<int>()[0] = 7;
        fields.Field(1).SetString(0, "seven");
        fields.SetNull(1);

        var map = chunk.Writer(2);
        map.SetListSize(1);
        map.ListEntries[0] = new DuckDBListEntry(0, 1);
        map.ListEntries[1] = new DuckDBListEntry(1, 0);
        map.Child().Field(0).SetString(0, "k");
        map.Child().Field(1).Values<int>()[0] = 9;

        var array = chunk.Writer(3);
        new[] { 1, 2 }.CopyTo(array.Child().Values<int>());
        array.SetNull(1);

        var union = chunk.Writer(4);
        union.UnionTags()[0] = 1;
        union.UnionTags()[1] = 0;
        union.Field(0).SetNull(0);
        union.Field(1).SetString(0, "text");
        union.Field(0).Values<int>()[1] = 4;
        union.Field(1).SetNull(1);

        chunk.Writer(5).Values<byte>()[0] = 1;
        chunk.Writer(5).Values<byte>()[1] = 0;
        chunk.Count = 2;
        appender.AppendChunk(chunk);
        appender.Close();

        Assert.Equal(
            [
                "([short, NULL], {'a': 7, 'b': seven}, {k=9}, [1, 2], text, y)",
                "([longer than twelve bytes], NULL, {}, NULL, 4, x)",
            ],
            ReadAll("SELECT '(' || concat_ws(', ', l::VARCHAR, coalesce(s::VARCHAR, 'NULL'), m::VARCHAR, coalesce(f::VARCHAR, 'NULL'), u::VARCHAR, e::VARCHAR) || ')' FROM t", (vector, row) => vector.String(row)));
    }

    [Fact]
    public void Reset_ChunkWithNullsAndText_StartsAnew()
    {
        Connection.Execute("CREATE TABLE t(s VARCHAR)");
        using var appender = Connection.CreateAppender("t");
        using var chunk = DataChunk.Create(DuckDBLogicalType.Varchar);
        for (var round = 0; round < 3; round++)
        {
            chunk.Reset();
            var writer = chunk.Writer(0);
            for (var row = 0; row < DataChunk.MaximumCount; row++)
            {
                writer.SetString(row, $"round {round} row {row} is long enough");
            }

            if (round == 1)
            {
                writer.SetNull(5);
            }

            chunk.Count = DataChunk.MaximumCount;
            appender.AppendChunk(chunk);
        }

        appender.Close();

        Assert.Equal(3 * DataChunk.MaximumCount, ReadLong("SELECT count(*) FROM t"));
        Assert.Equal(1, ReadLong("SELECT count(*) FROM t WHERE s IS NULL"));
        Assert.Equal((3 * DataChunk.MaximumCount) - 1, ReadLong("SELECT count(DISTINCT s) FROM t"));
    }
}
