using System.Text;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Federation.Tests.Rows;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Federation.Tests.Queries;

/// <summary>Statements that count rows of both tiers, for which DuckDB needs no column.</summary>
public sealed class CountedRowsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly (string Name, string Type, IcebergType Iceberg)[] Columns =
        [("id", "uuid", IcebergType.Uuid), ("n", "bigint", IcebergType.Long), ("s", "text", IcebergType.String)];

    private GatewayServices _services = null!; // set before the first test runs
    private RowTable _table = null!; // likewise

    public async Task InitializeAsync()
    {
        _services = await GatewayServices.StartAsync(postgres);
        _table = await RowTable.CreateAsync(_services, Columns, isKeyed: true, Rows(0, 10), [Rows(10, 20), Rows(30, 30)]);
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Theory]
    [InlineData("SELECT count(*) AS c FROM {0}", """{"c":60}""")]
    [InlineData("SELECT count(*) AS c FROM {0} WHERE s = 'even'", """{"c":30}""")]
    [InlineData("SELECT count(*) AS c FROM {0} AS a JOIN {0} AS b USING (n)", """{"c":60}""")]
    [InlineData("SELECT 'x' AS c FROM {0} WHERE n = 7 OR n = 57", """{"c":"x"},{"c":"x"}""")]
    public async Task RunFederated_NoColumnIsNeeded_ReadsNoneBesidesThoseNamed(string sql, string rows)
    {
        using var answer = await RunAsync(sql);

        Assert.Equal($"[{rows}]", Encoding.UTF8.GetString(answer.RowsJson.Span));
        // A run that finds a column missing is followed by one that reads all, which says so.
        Assert.Contains("This column was not fetched", answer.Report.Sql, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT * FROM {0} WHERE n = 57")]
    [InlineData("SELECT t FROM {0} AS t WHERE n = 57")]
    [InlineData("SELECT columns('^.$') FROM {0} WHERE n = 57")]
    public async Task RunFederated_ColumnsAreMeantWithoutBeingNamed_GivesThoseOfTheTableAlone(string sql)
    {
        using var answer = await RunAsync(sql);

        Assert.DoesNotContain("\" \"", answer.Report.Sql, StringComparison.Ordinal);
        Assert.Equal(1, answer.RowCount);
    }

    private Task<QueryAnswer> RunAsync(string sql) => _services.Get<QueryService>().RunFederatedAsync(
        new QueryRequest { Sql = string.Format(System.Globalization.CultureInfo.InvariantCulture, sql, _table.Table.Name) }, CancellationToken.None);

    private static List<IReadOnlyList<Literal?>> Rows(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(i => (IReadOnlyList<Literal?>)[Literal.Uuid(new Guid(i, 0, 0, new byte[8])), Literal.Long(i), Literal.String(i % 2 == 0 ? "even" : "odd")])];
}
