using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Sql;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Tests.Sql;

public sealed class PredicatePusherTests : IDisposable
{
    private static readonly Schema Table = new(0,
        NestedField.RequiredField(1, "id", IcebergType.Long),
        NestedField.OptionalField(2, "Name", IcebergType.String),
        NestedField.OptionalField(3, "tz", IcebergType.Timestamptz),
        NestedField.OptionalField(4, "day", IcebergType.Date),
        NestedField.OptionalField(5, "amount", IcebergType.Decimal(12, 2)),
        NestedField.OptionalField(6, "flag", IcebergType.Boolean),
        NestedField.OptionalField(7, "x", IcebergType.Double),
        NestedField.OptionalField(8, "ts", IcebergType.Timestamp),
        NestedField.OptionalField(9, "doc", IcebergType.String));

    private readonly DuckDBDatabase _database = DuckDBDatabase.Open();
    private readonly DuckDBConnection _connection;

    public PredicatePusherTests()
    {
        _connection = _database.Connect();
        _connection.Execute("SET TimeZone = 'UTC'");
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
    }

    [Theory]
    [InlineData("id = 5", "id = 5")]
    [InlineData("5 < id", "id > 5")]
    [InlineData("t.ID >= 5 AND id < 7", "(id >= 5 and id < 7)")]
    [InlineData("id = 5.0", "id = 5")]
    [InlineData("id = 5.5", "true")]
    [InlineData("id = '5'", "id = 5")]
    [InlineData("id > 99999999999999999999", "true")]
    [InlineData("id BETWEEN 1 AND 2 + 3", "(id >= 1 and id <= 5)")]
    [InlineData("id NOT BETWEEN 1 AND 5", "not((id >= 1 and id <= 5))")]
    [InlineData("id IN (1, 2, 3)", "id in (1, 2, 3)")]
    [InlineData("id NOT IN (1, 2)", "not(id in (1, 2))")]
    [InlineData("id IN (1, NULL)", "true")]
    [InlineData("id IN (1, amount)", "true")]
    [InlineData("id = NULL", "true")]
    [InlineData("id = amount", "true")]
    [InlineData("id = (SELECT 1)", "true")]
    [InlineData("id > random()", "true")]
    [InlineData("id <> 5", "id != 5")]
    [InlineData("id IS DISTINCT FROM 5", "true")]
    [InlineData("id = 1 OR id = 2 AND flag", "(id = 1 or (id = 2 and flag = true))")]
    [InlineData("id = 1 OR id + 1 = 2", "true")]
    [InlineData("id = 1 AND id + 1 = 2", "id = 1")]
    [InlineData("NOT (id = 1 AND id + 1 = 2)", "true")]
    [InlineData("NOT (id = 1 OR flag)", "not((id = 1 or flag = true))")]
    [InlineData("name IS NULL", "Name is null")]
    [InlineData("name IS NOT NULL", "Name is not null")]
    [InlineData("name LIKE 'ab%'", "Name starts with ab")]
    [InlineData("name LIKE 'ab'", "Name = ab")]
    [InlineData("name LIKE 'a_c%'", "Name starts with a")]
    [InlineData("name LIKE '%b'", "true")]
    [InlineData("name NOT LIKE 'ab%'", "not(Name starts with ab)")]
    [InlineData("name NOT LIKE 'a_c%'", "true")]
    [InlineData("name ILIKE 'ab%'", "true")]
    [InlineData("name LIKE 'a!%%' ESCAPE '!'", "true")]
    [InlineData("starts_with(name, 'ab') AND prefix(name, 'x') AND name ^@ 'y'", "((Name starts with ab and Name starts with x) and Name starts with y)")]
    [InlineData("name = 5", "true")]
    [InlineData("name >= 'b' || 'c'", "Name >= bc")]
    [InlineData("tz >= '2024-01-01'", "tz >= 2024-01-01T00:00:00.000000+00:00")]
    [InlineData("tz < TIMESTAMPTZ '2024-01-01 02:00:00+02'", "tz < 2024-01-01T00:00:00.000000+00:00")]
    [InlineData("tz < DATE '2024-01-01' + 1", "tz < 2024-01-02T00:00:00.000000+00:00")]
    [InlineData("tz > TIMESTAMPTZ '2024-01-31' - INTERVAL 1 MONTH", "tz > 2023-12-31T00:00:00.000000+00:00")]
    [InlineData("tz = 'infinity'", "true")]
    [InlineData("tz::DATE = '2024-01-01'", "(tz >= 2024-01-01T00:00:00.000000+00:00 and tz < 2024-01-02T00:00:00.000000+00:00)")]
    [InlineData("ts::DATE > DATE '2024-01-01'", "ts >= 2024-01-02T00:00:00.000000")]
    [InlineData("CAST(ts AS DATE) <= '2024-01-01'", "ts < 2024-01-02T00:00:00.000000")]
    [InlineData("ts::DATE <> '2024-01-01'", "(ts < 2024-01-01T00:00:00.000000 or ts >= 2024-01-02T00:00:00.000000)")]
    [InlineData("day = '2024-02-29'", "day = 2024-02-29")]
    [InlineData("day < TIMESTAMP '2024-02-29 12:00:00'", "true")]
    [InlineData("amount = 1", "amount = 1.00")]
    [InlineData("amount = 1.005", "true")]
    [InlineData("amount > -2.5", "amount > -2.50")]
    [InlineData("amount BETWEEN 1.1::FLOAT AND 1.2::FLOAT", "(amount >= 1.10 and amount <= 1.20)")]
    [InlineData("amount NOT BETWEEN 1.1::FLOAT AND 1.1::DOUBLE", "true")]
    [InlineData("amount IN (1.1::FLOAT, 1.1::DOUBLE)", "true")]
    [InlineData("x < 1.5", "x < 1.5")]
    [InlineData("x = 'nan'::DOUBLE", "true")]
    [InlineData("flag", "flag = true")]
    [InlineData("NOT flag", "not(flag = true)")]
    [InlineData("doc = 'a'", "true")]
    [InlineData("other = 1", "true")]
    [InlineData("u.id = 1", "true")]
    public async Task Push_Condition_IsSaidInTheTiersTerms(string where, string expected) =>
        Assert.Equal(expected, await Push($"SELECT * FROM t WHERE {where}"));

    [Theory]
    [InlineData("SELECT * FROM u LEFT JOIN t ON t.id = u.k WHERE t.id = 1", "id = 1")]
    [InlineData("SELECT * FROM u LEFT JOIN t ON t.id = u.k WHERE t.id IS NULL", "true")]
    [InlineData("SELECT * FROM u LEFT JOIN t ON t.id = u.k WHERE t.id IS NOT NULL", "id is not null")]
    [InlineData("SELECT * FROM u LEFT JOIN t ON t.id = u.k WHERE NOT (t.id IS NOT NULL)", "true")]
    [InlineData("SELECT * FROM u LEFT JOIN t ON t.id = u.k WHERE t.id = 1 OR t.name IS NULL", "true")]
    [InlineData("SELECT * FROM u LEFT JOIN t ON t.id = u.k AND t.id > 3 AND t.name IS NULL", "(id > 3 and Name is null)")]
    [InlineData("SELECT * FROM t LEFT JOIN u ON t.id = u.k AND t.id > 3", "true")]
    [InlineData("SELECT * FROM t JOIN u ON t.id = u.k AND t.id > 3 WHERE name IS NULL", "(id > 3 and Name is null)")]
    [InlineData("SELECT * FROM s.t WHERE s.t.id = 1", "id = 1")]
    [InlineData("SELECT * FROM t AS z WHERE z.id = 1 AND t.id = 2", "id = 1")]
    public async Task Push_Joins_KeepsRowsThatDecideWhatIsNullExtended(string sql, string expected) =>
        Assert.Equal(expected, await Push(sql));

    private async Task<string> Push(string sql)
    {
        var statement = await SqlStatement.ParseAsync(_connection, sql, CancellationToken.None);
        var reference = TableReferenceFinder.Find(statement.Tree).Single(found => found.Name == "t");
        var pusher = new PredicatePusher(reference, Table, new ConstantEvaluator(_connection, CancellationToken.None), new HashSet<int> { 9 });
        return (await pusher.PushAsync()).ToString();
    }
}
