namespace FederatedQuery.DuckDb.Tests;

public sealed class DuckDBSqlTests : DuckDBTest
{
    [Theory]
    [InlineData("")]
    [InlineData("it's")]
    [InlineData("''; DROP TABLE t; --")]
    [InlineData("back\\slash \" and\nline")]
    [InlineData("nul \0 and ' quote")]
    public void QuoteLiteral_Text_ReadsBackTheSame(string text) =>
        Assert.Equal(text, ReadString($"SELECT {DuckDBSql.QuoteLiteral(text)}"));

    [Theory]
    [InlineData("plain")]
    [InlineData("select")]
    [InlineData("with \"quotes\" and ' and ;")]
    public void QuoteIdentifier_Name_ReadsBackTheSame(string name)
    {
        using var result = Connection.Query($"SELECT 1 AS {DuckDBSql.QuoteIdentifier(name)}");

        Assert.Equal(name, result.Columns[0].Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void QuoteIdentifier_NoName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => DuckDBSql.QuoteIdentifier(name));

    [Theory]
    [InlineData("a[1].txt", "a1.txt")]
    [InlineData("a*.txt", "ab.txt")]
    [InlineData("a?.txt", "ab.txt")]
    [InlineData("[x]{y}'!.txt", "x.txt")]
    public void EscapeGlob_NameLikeAPattern_IsThatFileAlone(string name, string other)
    {
        var folder = Directory.CreateTempSubdirectory("federatedquery-test-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, name), "right");
            File.WriteAllText(Path.Combine(folder, other), "wrong");

            using var result = Connection.Query($"SELECT content FROM read_text({DuckDBSql.QuoteLiteral(DuckDBSql.EscapeGlob(Path.Combine(folder, name)))})");
            using var chunk = result.ReadChunk();

            Assert.Equal((1, "right"), (chunk!.Count, chunk[0].String(0)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
