using System.Text;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Federation.Rows.Kept;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>Figures of cold files that are asked for again and again. Rows are of two kinds, in a hot tier and three cold files, a day each.</summary>
public sealed class KeptGroupsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const long Day = 86_400_000_000;
    private const int RowsPerDay = 20;

    private static readonly (string Name, string Type, IcebergType Iceberg)[] Columns =
        [("id", "bigint", IcebergType.Long), ("ts", "timestamptz", IcebergType.Timestamptz), ("kind", "text", IcebergType.String)];

    private GatewayServices _services = null!; // set before the first test runs
    private RowTable _table = null!; // likewise

    private KeptGroups Kept => _services.Get<KeptGroups>();

    public async Task InitializeAsync()
    {
        _services = await GatewayServices.StartAsync(postgres);
        _table = await RowTable.CreateAsync(_services, Columns, isKeyed: true, Rows(4), [Rows(0), Rows(1), Rows(2)]);
        Kept.LeastRows = RowsPerDay;
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task Aggregate_AskedForTheThirdTime_ReadsNoColdFile()
    {
        var first = await AskAsync();
        var second = await AskAsync();
        var third = await AskAsync();

        Assert.Equal(["even 40", "odd 40"], first.Groups);
        Assert.Equal(first.Groups, second.Groups);
        Assert.Equal(first.Groups, third.Groups);
        Assert.Equal((3, 3, 0), (first.FilesRead, second.FilesRead, third.FilesRead));
        Assert.Equal(DataSource.Federated, third.Source);
        Assert.InRange(Kept.Bytes, 1, KeptGroups.MaximumBytes);
    }

    [Fact]
    public async Task Aggregate_FileIsNew_IsReadAloneAndKeptWithTheOthers()
    {
        await AskAsync();
        await AskAsync();
        _table = await _table.WithFileAsync(Columns, Rows(3));

        var grown = await AskAsync();
        var again = await AskAsync();

        Assert.Equal(["even 50", "odd 50"], grown.Groups);
        Assert.Equal(grown.Groups, again.Groups);
        Assert.Equal((1, 0), (grown.FilesRead, again.FilesRead));
    }

    [Fact]
    public async Task Aggregate_FilterCutsAFile_ReadsThatFile()
    {
        await AskAsync();
        await AskAsync();

        // The first file's second half, all of the others.
        var cut = await AskAsync(Expression.GreaterThanOrEqual("id", Literal.Long(RowsPerDay / 2)));
        var again = await AskAsync(Expression.GreaterThanOrEqual("id", Literal.Long(RowsPerDay / 2)));

        // Two files are no part of what is known of three.
        Assert.Equal(["even 35", "odd 35"], cut.Groups);
        Assert.Equal(cut.Groups, again.Groups);
        Assert.Equal((3, 1), (cut.FilesRead, again.FilesRead));
    }

    [Fact]
    public async Task Aggregate_OtherFiguresOrColumns_AreNotTakenForTheSame()
    {
        await AskAsync();
        await AskAsync();
        using var greatest = await AggregateAsync(new AggregateQuery
        {
            Table = _table.Table,
            GroupBy = [new GroupKey(_table.Id("kind"))],
            Aggregates = [new Aggregate(AggregateFunction.Maximum, _table.Id("id"))],
        });

        Assert.Equal(3, greatest.Reading.Query.Cold!.FilesRead);
        Assert.Equal(["98", "99"], [Text(greatest.Figure(0, 0)), Text(greatest.Figure(1, 0))]);
    }

    [Fact]
    public async Task Aggregate_TooManyGroups_AreReadEachTime()
    {
        Kept.MaximumSetBytes = 1024;

        List<Answer> answers = [await AskAsync(), await AskAsync(), await AskAsync()];

        Assert.All(answers, answer => Assert.Equal(["even 40", "odd 40"], answer.Groups));
        Assert.Equal(3, answers[2].FilesRead);
    }

    [Fact]
    public async Task Forget_RowsWereErased_NothingIsLeft()
    {
        await AskAsync();
        await AskAsync();

        var forgotten = await Kept.ForgetAsync(_table.Table.Identifier, CancellationToken.None);

        Assert.Equal((1L, 0L), (forgotten, Kept.Bytes));
        Assert.Equal(3, (await AskAsync()).FilesRead);
    }

    private static List<IReadOnlyList<Literal?>> Rows(int day) =>
    [
        .. Enumerable.Range(0, RowsPerDay).Select(row => (IReadOnlyList<Literal?>)
            [Literal.Long((day * RowsPerDay) + row), Literal.Timestamptz((day * Day) + row), Literal.String(row % 2 == 0 ? "even" : "odd")]),
    ];

    private async Task<Answer> AskAsync(Expression? filter = null)
    {
        using var groups = await AggregateAsync(
            new AggregateQuery { Table = _table.Table, GroupBy = [new GroupKey(_table.Id("kind"))], Filter = filter ?? Expression.True });
        return new Answer(
            [.. Enumerable.Range(0, groups.Count).Select(row => $"{groups.KeyValue(row, 0)?.AsString} {Text(groups.Figure(row, 0))}")],
            groups.Reading.Query.Cold!.FilesRead, groups.Reading.DataSource);
    }

    private Task<AggregateRows> AggregateAsync(AggregateQuery query) => _services.Get<RowReader>().AggregateAsync(query, CancellationToken.None);

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    private sealed record Answer(List<string> Groups, int FilesRead, DataSource Source);
}
