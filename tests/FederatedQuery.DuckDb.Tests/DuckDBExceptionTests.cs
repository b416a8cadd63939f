namespace FederatedQuery.DuckDb.Tests;

public sealed class DuckDBExceptionTests : DuckDBTest
{
    [Theory]
    [InlineData("SELECT * FORM t", DuckDBErrorType.Parser, 1, 15)]
    [InlineData("SELECT 1,\n  nothing", DuckDBErrorType.Binder, 2, 3)]
    [InlineData("SELECT\n\n  * FROM missing", DuckDBErrorType.Catalog, 3, 10)]
    [InlineData("SELECT 'x'::INT", DuckDBErrorType.Conversion, 1, 11)]
    [InlineData("SELECT error('own')", DuckDBErrorType.InvalidInput, null, null)]
    public void Query_Fails_TellsKindAndPlace(string sql, DuckDBErrorType type, int? line, int? column)
    {
        var exception = Assert.Throws<DuckDBException>(() => ReadString(sql));

        Assert.Equal((type, line, column), (exception.ErrorType, exception.Line, exception.Column));
        Assert.Null(exception.InnerException);
        Assert.False(Connection.IsBusy);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Query_FailsFarOnALongLine_ColumnIsThatOfTheLine(int columns)
    {
        var before = "SELECT " + string.Concat(Enumerable.Range(0, columns).Select(i => $"{i}, "));

        var exception = Assert.Throws<DuckDBException>(() => ReadString($"{before}nothing, {string.Concat(Enumerable.Range(0, 100).Select(i => $"{i}, "))}1"));

        Assert.Equal(before.Length + 1, exception.Column);
        Assert.Equal(1, exception.Line);
    }

    [Fact]
    public void ReadChunk_FailsMidway_ThrowsAndFreesTheConnection()
    {
        Assert.Throws<DuckDBException>(() =>
            ReadAll("SELECT CASE WHEN i = 900000 THEN error('late') ELSE i END FROM range(1000000) t(i)", (_, row) => row));

        Assert.Equal(1, ReadLong("SELECT 1"));
    }

    [Fact]
    public void Open_UnknownOption_IsNamed()
    {
        var exception = Assert.Throws<DuckDBException>(() =>
            DuckDBDatabase.Open(options: new Dictionary<string, string> { ["memory_limits"] = "1GB" }));

        Assert.Contains("memory_limits", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileInMissingFolder_Fails()
    {
        var exception = Assert.Throws<DuckDBException>(() => DuckDBDatabase.Open(Path.Combine(AppContext.BaseDirectory, "no", "such", "folder.db")));

        Assert.Equal(DuckDBErrorType.IO, exception.ErrorType);
    }
}
