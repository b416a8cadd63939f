using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Rows;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;

namespace FederatedQuery.Federation.Tests.Rows;

/// <summary>A table with a key, of which the hot tier holds the newest rows and three cold files the others, day by day.</summary>
public sealed class RowReaderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const long Day = 86_400_000_000;
    private const int RowsPerDay = 20;

    private static readonly (string Name, string Type, IcebergType Iceberg)[] Columns =
        [("id", "bigint", IcebergType.Long), ("ts", "timestamptz", IcebergType.Timestamptz), ("s", "text", IcebergType.String)];

    private GatewayServices _services = null!; // set before the first test runs
    private RowTable _table = null!; // likewise

    private RowReader Reader => _services.Get<RowReader>();

    private RowQuery Newest => new() { Table = _table.Table, Order = [new RowOrder(_table.Id("ts"), Descending: true)] };

    public async Task InitializeAsync()
    {
        _services = await GatewayServices.StartAsync(postgres);
        _table = await RowTable.CreateAsync(_services, Columns, isKeyed: true, Rows(3), [Rows(0), Rows(1), Rows(2)]);
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task ReadPage_NewestFirst_HotRowsFillIt_OpensNoColdFile()
    {
        using var page = await Reader.ReadPageAsync(Newest, new PageRequest { Count = 10 }, CancellationToken.None);

        Assert.Equal((10, DataSource.Postgres, 0, 11L), (page.RowCount, page.DataSource, page.Report.Cold!.FilesRead, page.Report.Hot!.Rows));
    }

    [Fact]
    public async Task ReadPage_NewestFirst_BehindHotRows_OpensTheFilesThatItNeeds()
    {
        using var page = await Reader.ReadPageAsync(Newest, new PageRequest { Count = RowsPerDay + 5 }, CancellationToken.None);
        using var next = await Reader.ReadPageAsync(Newest, new PageRequest { Count = 5, After = page.Cursor(page.RowCount - 1) }, CancellationToken.None);

        Assert.Equal((DataSource.Federated, 1), (page.DataSource, page.Report.Cold!.FilesRead));
        Assert.Equal((1, 0L), (next.Report.Cold!.FilesRead, next.Report.Hot!.Rows));
    }

    [Fact]
    public async Task ReadPage_OldestFirst_OfTieredTable_AsksTheHotTierForWhatMattersAlone()
    {
        var tiered = _table.Table with
        {
            Tiering = new Hot.Control.TieredTable
            {
                Schema = "public",
                Name = _table.Table.Name,
                Namespace = "default",
                TimeColumn = "ts",
                PrimaryKey = [],
                PartitionBy = [],
                CreatedAt = DateTimeOffset.UtcNow,
            },
        };

        using var page = await Reader.ReadPageAsync(new RowQuery { Table = tiered, Order = [new RowOrder(_table.Id("ts"))] }, new PageRequest { Count = 5 }, CancellationToken.None);

        Assert.Equal((5, 1, 0L), (page.RowCount, page.Report.Cold!.FilesRead, page.Report.Hot!.Rows));
    }

    [Fact]
    public async Task Count_WithoutFilter_ReadsNoFile()
    {
        var count = await Reader.CountAsync(Newest, CancellationToken.None);

        Assert.Equal((4L * RowsPerDay, DataSource.Federated, 0), (count.Rows, count.DataSource, count.Report.Cold!.FilesRead));
    }

    [Fact]
    public async Task ReadByKey_AllInTheHotTier_AsksNoOther()
    {
        using var page = await Reader.ReadByKeyAsync(Newest, [_table.Id("id")], [[Literal.Long(3 * RowsPerDay)], [Literal.Long((3 * RowsPerDay) + 1)]], CancellationToken.None);

        Assert.Equal((2, DataSource.Postgres), (page.RowCount, page.DataSource));
        Assert.Null(page.Report.Cold);
    }

    [Fact]
    public async Task ReadPages_InOneSession_SeeOneState()
    {
        await using var session = await Reader.OpenAsync([_table.Table], Caller.Anonymous, CancellationToken.None);
        var before = await Reader.CountAsync(session, Newest, CancellationToken.None);
        await _services.ExecuteAsync($"INSERT INTO {_table.Table.Name} VALUES (1000, now(), 'late')");
        try
        {
            Assert.Equal(before.Rows, (await Reader.CountAsync(session, Newest, CancellationToken.None)).Rows);
            Assert.Equal(before.Rows + 1, (await Reader.CountAsync(Newest, CancellationToken.None)).Rows);
        }
        finally
        {
            await _services.ExecuteAsync($"DELETE FROM {_table.Table.Name} WHERE id = 1000");
        }
    }

    [Fact]
    public async Task Aggregate_HotRows_AreGroupedByPostgres()
    {
        var query = new AggregateQuery
        {
            Table = _table.Table,
            GroupBy = [new GroupKey(_table.Id("s"))],
            Aggregates = [Aggregate.Count, new Aggregate(AggregateFunction.Average, _table.Id("id")), new Aggregate(AggregateFunction.Sum, _table.Id("id"))],
        };

        using var groups = await Reader.AggregateAsync(query, CancellationToken.None);

        Assert.Equal((3, 3L, 3), (groups.Count, groups.Reading.Query.Hot!.Rows, groups.Reading.Query.Cold!.FilesRead));
        Assert.Equal(["\"s0\"", "28", "39", "1092"], [Text(groups.Key(0, 0)), .. Enumerable.Range(0, 3).Select(figure => Text(groups.Figure(0, figure)))]);

        static string Text(ReadOnlyMemory<byte> json) => System.Text.Encoding.UTF8.GetString(json.Span);
    }

    [Theory]
    [InlineData("", "it is no cursor")]
    [InlineData("not a cursor!", "it is no cursor")]
    [InlineData("AAAAAAAAAAAAAAAAAAAA", "it is of a version")]
    [InlineData("AQAAAAAAAAAAAAAAAAAA", "it belongs to another query")]
    public async Task ReadPage_MadeUpCursor_SaysSo(string cursor, string reason)
    {
        var error = await Assert.ThrowsAsync<FederatedQueryException>(
            () => Reader.ReadPageAsync(Newest, new PageRequest { Count = 1, After = cursor }, CancellationToken.None));

        Assert.Equal(FailureKind.BadArgument, error.Kind);
        Assert.StartsWith($"`after` is '{cursor}': {reason}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadPage_CursorCutOrChanged_IsRefused()
    {
        using var page = await Reader.ReadPageAsync(Newest, new PageRequest { Count = 1 }, CancellationToken.None);
        var cursor = page.Cursor(0);
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(cursor);
        foreach (var broken in new[] { bytes[..^1], [.. bytes, 0], [.. bytes[..9], 0, .. bytes[10..]], [.. bytes[..10], 0x7f, .. bytes[11..]] })
        {
            var error = await Assert.ThrowsAsync<FederatedQueryException>(() => Reader.ReadPageAsync(
                Newest, new PageRequest { Count = 1, Before = System.Buffers.Text.Base64Url.EncodeToString(broken) }, CancellationToken.None));
            Assert.Contains("`before`", error.Message, StringComparison.Ordinal);
            Assert.Contains("it is broken", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ReadPage_CursorOfAnotherFilter_IsRefusedUnlessAnyWillDo()
    {
        var other = Expression.Equal("s", Literal.String("s1"));
        using var page = await Reader.ReadPageAsync(Newest, new PageRequest { Count = 1 }, CancellationToken.None);
        using var any = await Reader.ReadPageAsync(Newest with { CursorsFitAnyFilter = true }, new PageRequest { Count = 1 }, CancellationToken.None);

        var error = await Assert.ThrowsAsync<FederatedQueryException>(
            () => Reader.ReadPageAsync(Newest with { Filter = other }, new PageRequest { Count = 1, After = page.Cursor(0) }, CancellationToken.None));
        using var fits = await Reader.ReadPageAsync(Newest with { Filter = other, CursorsFitAnyFilter = true }, new PageRequest { Count = 1, After = any.Cursor(0) }, CancellationToken.None);

        Assert.Equal(FailureKind.BadArgument, error.Kind);
        Assert.Equal(1, fits.RowCount);
    }

    [Fact]
    public async Task ReadPage_CursorBothEnds_GivesWhatIsBetween()
    {
        using var page = await Reader.ReadPageAsync(Newest, new PageRequest { Count = 40 }, CancellationToken.None);
        var between = new PageRequest { Count = 100, After = page.Cursor(3), Before = page.Cursor(30) };

        using var forward = await Reader.ReadPageAsync(Newest, between, CancellationToken.None);
        using var backward = await Reader.ReadPageAsync(Newest, between with { IsBackward = true }, CancellationToken.None);

        var expected = Enumerable.Range(4, 26).Select(row => RowTable.Row(page, row)).ToList();
        Assert.Equal(expected, Enumerable.Range(0, forward.RowCount).Select(row => RowTable.Row(forward, row)));
        Assert.Equal(expected, Enumerable.Range(0, backward.RowCount).Select(row => RowTable.Row(backward, row)));
        Assert.Equal((false, true, true, false), (forward.HasNext, forward.HasPrevious, backward.HasNext, backward.HasPrevious));
    }

    [Fact]
    public async Task ReadPage_UnknownColumnOrFilter_IsABadArgument()
    {
        var order = await Assert.ThrowsAsync<FederatedQueryException>(
            () => Reader.ReadPageAsync(Newest with { Order = [new RowOrder(99)] }, new PageRequest { Count = 1 }, CancellationToken.None));
        var filter = await Assert.ThrowsAsync<FederatedQueryException>(
            () => Reader.ReadPageAsync(Newest with { Filter = Expression.Equal("id", Literal.String("x")) }, new PageRequest { Count = 1 }, CancellationToken.None));

        Assert.Equal((FailureKind.BadArgument, FailureKind.BadArgument), (order.Kind, filter.Kind));
    }

    [Fact]
    public async Task ReadPage_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Reader.ReadPageAsync(Newest, new PageRequest { Count = 1 }, cancelled.Token));
    }

    [Fact]
    public async Task ReadStream_LeftEarly_GivesEverythingBack()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var stream = Reader.OpenStream(Newest, after: null);
            using var batch = await stream.ReadAsync(CancellationToken.None);
            Assert.NotEqual(0, batch!.RowCount);
        }
    }

    private static List<IReadOnlyList<Literal?>> Rows(int day) =>
    [
        .. Enumerable.Range(0, RowsPerDay).Select(i => (IReadOnlyList<Literal?>)
        [
            Literal.Long((day * RowsPerDay) + i), Literal.Timestamptz(((20_000 + day) * Day) + (i * 1_000_000L)), Literal.String($"s{i % 3}"),
        ]),
    ];
}
