using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Tests.Sql;

public sealed class ColumnUseTests : IDisposable
{
    private static readonly Schema Table = new(0,
        NestedField.OptionalField(1, "a", IcebergType.String),
        NestedField.OptionalField(2, "B", IcebergType.Long),
        NestedField.OptionalField(3, "c", IcebergType.Date),
        NestedField.OptionalField(4, "s", new StructType(NestedField.OptionalField(5, "x", IcebergType.Int))));

    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("SELECT a FROM t", "a")]
    [InlineData("SELECT T.b FROM t", "B")]
    [InlineData("SELECT count(*) FROM t WHERE c > DATE '2024-01-01'", "c")]
    [InlineData("SELECT count(*) FROM t", "B")]
    [InlineData("SELECT s.x FROM t ORDER BY c", "c,s")]
    [InlineData("SELECT t.s.x FROM main.t", "s")]
    [InlineData("SELECT 1 FROM t JOIN u USING (a)", "a")]
    [InlineData("SELECT max(n) FROM (SELECT a AS n FROM t WHERE B = 1)", "a,B")]
    [InlineData("WITH q AS (SELECT a, c FROM t) SELECT q.c FROM q", "a,c")]
    [InlineData("SELECT row_number() OVER (PARTITION BY a ORDER BY B) FROM t", "a,B")]
    [InlineData("SELECT * FROM t", "a,B,c,s")]
    [InlineData("SELECT count(COLUMNS('a|c')) FROM t", "a,B,c,s")]
    [InlineData("FROM t", "a,B,c,s")]
    [InlineData("SELECT #1 FROM t", "a,B,c,s")]
    [InlineData("SELECT t FROM t", "a,B,c,s")]
    [InlineData("SELECT to_json(r) FROM t AS r", "a,B,c,s")]
    [InlineData("SELECT x1 FROM t AS r(x1, x2)", "a,B,c,s")]
    [InlineData("SELECT a FROM t NATURAL JOIN u", "a,B,c,s")]
    [InlineData("SELECT a FROM t PIVOT (sum(B) FOR c IN ('2024-01-01'))", "a,B,c,s")]
    public async Task Restrict_Statement_KeepsWhatItMayRead(string sql, string expected)
    {
        using var connection = _database.Connect();
        var statement = await SqlStatement.ParseAsync(connection, sql, CancellationToken.None);
        var reference = TableReferenceFinder.Find(statement.Tree).First(table => table.Name == "t");

        var used = ColumnUse.Of(statement.Tree).Restrict(Table.Fields, reference);

        Assert.Equal(expected, string.Join(',', used.Select(field => field.Name)));
    }
}
