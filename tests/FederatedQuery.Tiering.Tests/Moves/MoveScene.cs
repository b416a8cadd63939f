using FederatedQuery.Cold;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Moves;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Tiering.Tests.Moves;

/// <summary>A tiered table <c>events(id, at, amount, note)</c> with 1,000 rows on each of 2026-02-01 and 2026-02-02.</summary>
internal sealed class MoveScene : IAsyncDisposable
{
    public const int RowsPerDay = 1000;

    private MoveScene(TieringScene tiers, TieredTable table)
    {
        Tiers = tiers;
        Table = table;
    }

    public TieringScene Tiers { get; }

    public TieredTable Table { get; }

    public TableMover Mover => Tiers.Get<TableMover>();

    /// <param name="ddl">Makes the table; null: partitioned by day, with a default partition.</param>
    public static async Task<MoveScene> StartAsync(PostgresFixture postgres, string? ddl = null, IReadOnlyList<string>? partitionBy = null, bool asSuperuser = true, Action<QueryOptions>? queries = null,
        Action<ColdOptions>? configureCold = null, Action<TieringOptions>? configure = null)
    {
        var tiers = await TieringScene.StartAsync(
            postgres,
            options =>
            {
                options.LockAttempts = 3;
                options.LockTimeout = TimeSpan.FromMilliseconds(100);
                configure?.Invoke(options);
            },
            asSuperuser: asSuperuser,
            configureQueries: queries,
            configureCold: configureCold);
        return await FillAsync(tiers, ddl, partitionBy);
    }

    /// <summary>Makes the table in tiers that there are.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static async Task<MoveScene> FillAsync(TieringScene tiers, string? ddl = null, IReadOnlyList<string>? partitionBy = null)
    {
        await tiers.ExecuteAsync(ddl ?? """
            CREATE TABLE events (id bigint, at timestamptz NOT NULL, amount numeric(12,2), note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-02-02 00:00+00');
            CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM ('2026-02-02 00:00+00') TO ('2026-02-03 00:00+00');
            CREATE TABLE events_rest PARTITION OF events DEFAULT
            """);
        var table = await tiers.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = "events", TimeColumn = "at", PartitionBy = partitionBy }, CancellationToken.None);
        await tiers.ExecuteAsync($"""
            INSERT INTO events SELECT g, timestamptz '2026-02-01 00:00+00' + g * interval '86400 seconds' / {RowsPerDay}, g * 0.01, 'note ' || g % 7
            FROM generate_series(0, {(2 * RowsPerDay) - 1}) g
            """);
        return new MoveScene(tiers, table);
    }

    /// <summary>The table as another process sees it.</summary>
    public MoveScene In(TieringScene tiers) => new(tiers, Table);

    /// <summary>Runs a statement the first time that a move reaches a step.</summary>
    public void Once(MoveStep step, string sql)
    {
        var done = false;
        Mover.AfterStep = async reached =>
        {
            if (reached == step && !done)
            {
                done = true;
                await Tiers.ExecuteAsync(sql);
            }
        };
    }

    public async Task<MoveUnit> UnitAsync(DateOnly day) => (await UnitsAsync()).Single(unit => unit.Day == day);

    public Task<IReadOnlyList<MoveUnit>> UnitsAsync() =>
        Tiers.Get<ArchiveJob>().FindAsync(Table, TieringScene.Now, CancellationToken.None);

    public async Task<MoveResult> MoveAsync(DateOnly day, Job? job = null) => await Mover.MoveAsync(Table, await UnitAsync(day), job, CancellationToken.None);

    public Task<(long Rows, int Days)> ArchiveAsync() =>
        Tiers.Get<ArchiveJob>().ArchiveAsync(Table, Tiers.Get<ArchiveJob>().CutoffOf(Table, TieringScene.Now), new JobProgress(), CancellationToken.None);

    public Task<string> AllAsync() => Tiers.FederatedAsync("SELECT count(*), count(DISTINCT id), sum(amount) FROM events");

    public Task<long> HotAsync() => Tiers.ScalarAsync<long>("SELECT count(*) FROM events");

    public async Task<long> ColdAsync() => long.Parse(await Tiers.ColdAsync("SELECT count(*) FROM events"), System.Globalization.CultureInfo.InvariantCulture);

    public async Task<IReadOnlyList<Move>> RecordedAsync() => await Tiers.Get<MoveStore>().ListAsync(TableName.InPublic("events"), CancellationToken.None);

    public ValueTask DisposeAsync() => Tiers.DisposeAsync();
}
