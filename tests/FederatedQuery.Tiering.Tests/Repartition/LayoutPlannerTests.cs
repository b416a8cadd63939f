using FederatedQuery.Testing;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Repartition;

namespace FederatedQuery.Tiering.Tests.Repartition;

public class LayoutPlannerTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Number of buckets and columns as wished for; what comes of it, and why.</summary>
    private static readonly (int? NumPartitions, string[]? PartitionBy, string Fields, string Reason)[] Wishes =
    [
        (10, ["at", "region"], "at month; region identity; id bucket[10]",
            "'at' by month (71 rows a day, too few for 50 files), 'region' by value (5 values), 'id' in 10 buckets (its rows evenly spread by the identifier fields)"),
        (null, ["region"], "region identity",
            "'region' by value (5 values)"),
        (null, ["region", "region", "at"], "region identity; at month",
            "'region' by value (5 values), 'at' by month (71 rows a day, too few for 5 files)"),
        (4, ["id"], "id bucket[4]",
            "'id' in 4 buckets (as asked for)"),
        (null, ["id"], "id bucket[10]",
            "'id' in 10 buckets (more than 1,000 values, too many for files of their own)"),
        (3, ["code"], "code bucket[3]",
            "'code' in 3 buckets (more than 1,000 values, too many for files of their own)"),
        (1, ["region"], "region identity",
            "'region' by value (5 values)"),
        (1, ["id"], "",
            "not by 'id' (a single bucket divides nothing)"),
        (null, null, "at month; id bucket[10]",
            "'at' by month (71 rows a day, too few for 10 files; as before), 'id' in 10 buckets (its rows evenly spread by the identifier fields)"),
        (6, [], "at month; id bucket[6]",
            "'at' by month (71 rows a day, too few for 6 files; as before), 'id' in 6 buckets (its rows evenly spread by the identifier fields)"),
    ];

    /// <summary>Wishes that are refused, and how.</summary>
    private static readonly (int? NumPartitions, string[]? PartitionBy, string Message)[] Refused =
    [
        (0, null, "numPartitions is 0; it must be 1 to 10000."),
        (10001, null, "numPartitions is 10001; it must be 1 to 10000."),
        (null, ["regoin"], "partitionBy 'regoin': table 't' has no such column. Did you mean 'region'? It has: id, at, region, ratio, amount, code, numbers, note."),
        (null, ["ratio"], "partitionBy 'ratio': the column is of type double, by which files cannot be divided: hardly any two rows have the same value, and which values are the same depends on rounding. Name a column of a date, a time, text, a whole number, a decimal, a UUID or a boolean."),
        (null, ["numbers"], "partitionBy 'numbers': the column is of type list<long>, by which files cannot be divided: files are divided by single values. Name a column of a date, a time, text, a whole number, a decimal, a UUID or a boolean."),
        (5000, ["at"], "Files for each month of 'at' and 5,000 buckets of 'id' would make 8,260 partitions of table 't' with 1.2 rows each: tiny files, slow to read. Name columns with fewer values in partitionBy, or fewer buckets in numPartitions."),
    ];

    [Fact]
    public async Task Plan_AColdTable_MeasuresWhatItHas()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres);

        foreach (var (numPartitions, partitionBy, fields, reason) in Wishes)
        {
            var layout = await scene.PlanAsync(numPartitions, partitionBy);
            Assert.Equal((fields, reason), (FieldsOf(layout), layout.Reason));
        }
    }

    [Fact]
    public async Task Plan_WhatDoesNotSuit_IsRefusedWithReason()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres);

        foreach (var (numPartitions, partitionBy, message) in Refused)
        {
            var error = await Assert.ThrowsAsync<TieringException>(() => scene.PlanAsync(numPartitions, partitionBy));
            Assert.Equal(TieringErrorKind.InvalidArgument, error.Kind);
            Assert.Equal(message, error.Message);
        }
    }

    [Fact]
    public async Task Plan_ATieredTable_IsAlwaysByItsTimeColumn()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, tiers: LoadTiers.Both, key: ["id"]);

        var named = await scene.PlanAsync(null, "region");
        var chosen = await scene.PlanAsync(null, null);

        Assert.Equal("at month; region identity", FieldsOf(named));
        Assert.Equal(["region"], named.PartitionBy);
        Assert.Contains("by which rows move and go, so that it is always among the columns", named.Reason, StringComparison.Ordinal);
        Assert.Equal("at month; id bucket[10]", FieldsOf(chosen));
        Assert.Equal(["at", "id"], chosen.PartitionBy);
        Assert.Contains("by the primary key", chosen.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_AKeyOfTheTimeColumnAlone_TakesAUniqueIndex()
    {
        await using var tiers = await TieringScene.StartAsync(postgres, options => options.DefaultPartitionCount = 7);
        await tiers.ExecuteAsync(
            """
            CREATE TABLE t (at timestamptz PRIMARY KEY, a int, b text, c text);
            CREATE UNIQUE INDEX t_part ON t (a) WHERE a > 0;
            CREATE UNIQUE INDEX t_expression ON t (lower(b));
            CREATE UNIQUE INDEX t_three ON t (a, b, c);
            CREATE UNIQUE INDEX t_two ON t (c, a) INCLUDE (b);
            INSERT INTO t SELECT timestamptz '2026-01-01 00:00+00' + g * interval '10 seconds', g, 'b' || g, 'c' || g FROM generate_series(1, 70000) g
            """);
        await tiers.Get<TieringService>().ConfigureAsync(new() { TableName = "t", TimeColumn = "at" }, CancellationToken.None);
        var target = await tiers.Get<RepartitionTargets>().FindAsync(RepartitionScene.Identifier, CancellationToken.None);

        var layout = await tiers.Get<LayoutPlanner>().PlanAsync(target, new RepartitionRequest(null, null), CancellationToken.None);

        // Nothing is cold yet: what is hot tells how much a day has.
        Assert.Equal("at month; c bucket[7]", FieldsOf(layout));
        Assert.Equal(
            "'at' by month (7,777 rows a day, too few for 7 files; by which rows move and go, so that it is always among the columns), 'c' in 7 buckets (its rows evenly spread by a unique index)",
            layout.Reason);
    }

    [Fact]
    public async Task Plan_ManyRowsADay_IsByDay()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, rows: 0);
        await scene.LoadAsync("SELECT i AS id, TIMESTAMPTZ '2026-01-01 00:00:00+00' + i * INTERVAL 8 SECOND AS at, i % 2 = 0 AS even FROM range(50000) AS numbers(i)", key: ["id"]);

        Assert.Equal("at day", FieldsOf(await scene.PlanAsync(null, "at")));
        Assert.Equal("at day; even identity", FieldsOf(await scene.PlanAsync(null, "at", "even")));
        Assert.Equal("at month; even identity; id bucket[3]", FieldsOf(await scene.PlanAsync(3, "at", "even")));
    }

    [Fact]
    public async Task Plan_TooManyPartitions_IsRefused()
    {
        await using var scene = await RepartitionScene.StartAsync(postgres, rows: 0);
        await scene.LoadAsync(
            "SELECT i AS id, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS at, i % 150 AS a, i // 150 AS b FROM range(15000) AS numbers(i)");

        var tooMany = await Assert.ThrowsAsync<TieringException>(() => scene.PlanAsync(null, "a", "b"));
        var noKey = await Assert.ThrowsAsync<TieringException>(() => scene.PlanAsync(4, "a"));

        Assert.Equal(
            "Files for each value of 'a' and each value of 'b' would make more than 10,000 partitions of table 't'. Name columns with fewer values in partitionBy, or fewer buckets in numPartitions.",
            tooMany.Message);
        Assert.Equal(
            "numPartitions is 4, the number of buckets of a key, and table 't' has no key column to make them of. Leave it out, or name a column of many values in partitionBy.",
            noKey.Message);
    }

    [Fact]
    public async Task Find_WhatIsNotInTheColdTier_IsRefused()
    {
        await using var tiers = await TieringScene.StartAsync(postgres);
        await tiers.ExecuteAsync("CREATE TABLE hot (id int PRIMARY KEY)");

        var hot = await Assert.ThrowsAsync<TieringException>(() => tiers.Get<RepartitionTargets>().FindAsync(new("default", "hot"), CancellationToken.None));
        var none = await Assert.ThrowsAsync<TieringException>(() => tiers.Get<RepartitionTargets>().FindAsync(new("other", "none"), CancellationToken.None));

        Assert.Equal(TieringErrorKind.NotAllowed, hot.Kind);
        Assert.Equal(
            "Table 'hot' is in PostgreSQL alone and has no Iceberg table to repartition. Call configureTiering first; its partitionBy says how the cold table is laid out.",
            hot.Message);
        Assert.Equal((TieringErrorKind.NotFound, "There is no table 'other.none'."), (none.Kind, none.Message));
    }

    private static string FieldsOf(TableLayout layout) => string.Join("; ", layout.Fields.Select(field => $"{field.Column.Name} {field.Transform}"));
}
