using FederatedQuery.Cold;
using FederatedQuery.Cold.Staging;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Loading;
using FederatedQuery.Tiering.Repartition;

namespace FederatedQuery.Tiering.Tests.Repartition;

/// <summary>A table <c>t</c> whose rows are loaded, made to be laid out anew.</summary>
internal sealed class RepartitionScene : IAsyncDisposable
{
    public static readonly TableIdentifier Identifier = new("default", "t");

    private RepartitionScene(TieringScene tiers) => Tiers = tiers;

    public TieringScene Tiers { get; }

    /// <param name="rows">
    /// A SELECT of <c>i</c> numbers: columns <c>id, at, region, amount, code, note</c>; <c>at</c> goes back 20 minutes a row from 2026-03-15.
    /// </param>
    public static string Rows(int rows) =>
        $"""
        SELECT i AS id, TIMESTAMPTZ '2026-03-15 00:00:00+00' - i * INTERVAL 20 MINUTE AS at,
          ['north', 'south', 'east', 'west', 'central'][(i * 31 + i // 7) % 5 + 1] AS region, (i % 1000 / 7.0)::DOUBLE AS ratio,
          (i * 0.25)::DECIMAL(12, 2) AS amount, 'code ' || i % 1500 AS code, [i] AS numbers, CASE WHEN i % 11 = 0 THEN NULL ELSE 'note ' || i END AS note
        FROM range({rows}) AS numbers(i)
        """;

    /// <param name="rows">Loaded rows, 72 of a day; 0: there is no table yet.</param>
    /// <param name="tiers">Where they go.</param>
    /// <param name="key">The table's primary key.</param>
    public static async Task<RepartitionScene> StartAsync(
        PostgresFixture postgres, int rows = 10_000, LoadTiers tiers = LoadTiers.ColdOnly, string[]? key = null, Action<TieringOptions>? configure = null)
    {
        var scene = new RepartitionScene(await TieringScene.StartAsync(postgres, configure));
        if (rows > 0)
        {
            await scene.LoadAsync(Rows(rows), tiers, key ?? ["id"]);
        }

        return scene;
    }

    public Task LoadAsync(string rows, LoadTiers tiers = LoadTiers.ColdOnly, string[]? key = null) => Tiers.Get<TableLoader>().LoadAsync(
        new LoadRequest { TableName = "t", Source = RowSource.Select(rows, "rows"), TimeColumn = "at", PrimaryKey = key ?? [], Tiers = tiers },
        new Progress<LoadProgress>(), CancellationToken.None);

    public async Task<TableLayout> PlanAsync(int? numPartitions, params string[]? partitionBy)
    {
        var target = await Tiers.Get<RepartitionTargets>().FindAsync(Identifier, CancellationToken.None);
        return await Tiers.Get<LayoutPlanner>().PlanAsync(target, new RepartitionRequest(numPartitions, partitionBy), CancellationToken.None);
    }

    /// <summary>As a job that this process has leased.</summary>
    public async Task<RepartitionOutcome> RepartitionAsync(int? numPartitions, params string[]? partitionBy)
    {
        var job = await LeaseAsync(await PlanAsync(numPartitions, partitionBy), TimeSpan.FromHours(1));
        return await RunAsync(job);
    }

    /// <summary>A job, leased by nobody else in the meantime.</summary>
    public async Task<Job> LeaseAsync(TableLayout layout, TimeSpan lease)
    {
        var jobs = Tiers.Get<JobStore>();
        var job = await jobs.AddAsync(RepartitionJob.Kind, "t", RepartitionArguments.Write(Identifier, layout), CancellationToken.None);
        return await TakeAsync(job, lease);
    }

    public async Task<Job> TakeAsync(Job job, TimeSpan lease)
    {
        var taken = await Tiers.Get<JobStore>().TryLeaseAsync("test", [RepartitionJob.Kind], lease, CancellationToken.None);
        Assert.Equal(job.Id, taken?.Id);
        return taken!;
    }

    public async Task<RepartitionOutcome> RunAsync(Job job)
    {
        var wanted = RepartitionArguments.Read(job.Arguments);
        await Tiers.Get<Repartitioner>().RunAsync(job, Identifier, wanted, new JobProgress(), CancellationToken.None);
        return await Tiers.Get<RepartitionOutcomes>().ReadAsync(job, Identifier, wanted, CancellationToken.None);
    }

    /// <summary>Does something the first time that a repartition reaches a step.</summary>
    public void Once(RepartitionStep step, Func<Task> what)
    {
        var done = false;
        Tiers.Get<Repartitioner>().AfterStep = async reached =>
        {
            if (reached == step && !done)
            {
                done = true;
                await what();
            }
        };
    }

    /// <summary>Of all columns of all rows.</summary>
    public Task<string> DigestAsync() => Tiers.FederatedAsync(
        "SELECT count(*), md5(string_agg(concat_ws('|', id, \"at\", region, ratio, amount, code, numbers, coalesce(note, 'none')), ',' ORDER BY id)) FROM t");

    public async Task<TableMetadata> MetadataAsync() =>
        (await Tiers.Get<ColdCatalog>().Catalog.LoadTableAsync(Identifier, CancellationToken.None)).Metadata;

    /// <summary>Data files of the table, and those that may hold rows of interest.</summary>
    public async Task<(long Total, int Read)> FilesAsync(Expression predicate)
    {
        var tables = Tiers.Get<ColdTables>();
        var table = (await tables.FindAsync(Identifier, null, CancellationToken.None))!;
        var scan = await tables.PlanAsync(table.Scan, table.Metadata.CurrentSchema.Fields, predicate, CancellationToken.None);
        return (scan.FilesTotal, scan.FilesRead);
    }

    /// <summary>Data files as they lie on disk, whether a snapshot names them or not.</summary>
    public async Task<int> FilesOnDiskAsync() => Directory.EnumerateFiles(
        new Uri((await MetadataAsync()).Location + "/data").LocalPath, "*.parquet", SearchOption.AllDirectories).Count();

    public ValueTask DisposeAsync() => Tiers.DisposeAsync();
}
