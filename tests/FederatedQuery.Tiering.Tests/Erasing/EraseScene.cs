using System.Text;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Engine;
using FederatedQuery.DuckDb;
using FederatedQuery.Hot.Control;
using FederatedQuery.Iceberg.Avro;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Tests.Moves;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Tests.Erasing;

/// <summary>
/// The table of a <see cref="MoveScene"/> with a hundred rows a day (every tenth) whose note holds <see cref="Secret"/>: the first day cold, the second hot.
/// </summary>
internal sealed class EraseScene : IAsyncDisposable
{
    public const string Secret = "SECRET-c0ffee";
    public const string Where = "note LIKE 'SECRET-c0ffee%'";

    private EraseScene(MoveScene scene) => Moves = scene;

    public MoveScene Moves { get; }

    public TieringScene Tiers => Moves.Tiers;

    public EraseJob Eraser => Tiers.Get<EraseJob>();

    public static async Task<EraseScene> StartAsync(PostgresFixture postgres, Action<ColdOptions>? cold = null)
    {
        var scene = await MoveScene.StartAsync(
            postgres,
            configure: options =>
            {
                options.QueryTimeout = TimeSpan.FromMilliseconds(300);
                options.DroppedFileMargin = TimeSpan.Zero;
            },
            configureCold: cold);
        await scene.Tiers.ExecuteAsync($"UPDATE events SET note = '{Secret} ' || id WHERE id % 10 = 0");
        await scene.MoveAsync(new DateOnly(2026, 2, 1));
        return new EraseScene(scene);
    }

    /// <summary>A job that this process holds.</summary>
    public Task<Job> LeaseAsync(string where = Where) => LeaseAsync(Tiers, "events", where);

    public Task<Job> TakeUpAsync() => TakeUpAsync(Tiers);

    public static async Task<Job> LeaseAsync(TieringScene tiers, string table, string where = Where)
    {
        await tiers.Get<JobStore>().AddAsync(EraseJob.Kind, table, EraseJob.Arguments(where), CancellationToken.None);
        return await TakeUpAsync(tiers);
    }

    private static async Task<Job> TakeUpAsync(TieringScene tiers) => (await tiers.Get<JobStore>().TryLeaseAsync(
        new LeaseRequest { Owner = "test", Kinds = new Dictionary<string, string?> { [EraseJob.Kind] = null }, Lease = TimeSpan.FromMinutes(5) }, CancellationToken.None))!;

    public Task<string> RunAsync(Job job) => RunAsync(Tiers, job);

    /// <summary>As the runner does: a job that succeeds or fails is over, one that is broken off is not.</summary>
    public static async Task<string> RunAsync(TieringScene tiers, Job job)
    {
        try
        {
            var message = await tiers.Get<EraseJob>().AsKind().RunAsync(job, new JobProgress(), CancellationToken.None);
            await EndAsync(JobState.Succeeded, message);
            return message;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await EndAsync(JobState.Failed, error.Message);
            throw;
        }

        Task EndAsync(JobState state, string message) => tiers.Get<JobStore>().FinishAsync(job, state, message, rows: 0, bytes: 0, CancellationToken.None);
    }

    public async Task<string> EraseAsync(string where = Where) => await RunAsync(await LeaseAsync(where));

    /// <summary>Looks for the secret everywhere: in the rows of both tiers, in PostgreSQL's tables, and in every object of the store, whether a snapshot names it or not.</summary>
    public Task<IReadOnlyList<string>> TracesAsync() => TracesAsync(Tiers);

    /// <inheritdoc cref="TracesAsync()"/>
    public static async Task<IReadOnlyList<string>> TracesAsync(TieringScene tiers, string table = "events")
    {
        var traces = new List<string>();
        if (await tiers.FederatedAsync($"SELECT count(*) FROM {table} WHERE note LIKE '{Secret}%'") is not "0" and var rows)
        {
            traces.Add($"{rows} rows");
        }

        foreach (var stored in await PostgresTablesAsync(tiers))
        {
            if (await tiers.ScalarAsync<long>($"SELECT count(*) FROM {stored} AS t WHERE t::text LIKE '%{Secret}%'") is > 0 and var found)
            {
                traces.Add($"{found} rows of {stored}");
            }
        }

        var root = tiers.Get<ObjectStoreRegistry>().Resolve(tiers.Get<IOptions<ColdOptions>>().Value.WarehouseLocation + "/any");
        await foreach (var item in root.Store.ListAsync("", CancellationToken.None))
        {
            var content = await root.Store.GetAsync(item.Key, long.MaxValue, CancellationToken.None);
            if (await HoldsAsync(tiers, item.Key, content))
            {
                traces.Add(item.Key);
            }
        }

        return traces;
    }

    /// <summary>Until a count is no longer 0.</summary>
    public async Task WaitAsync(string count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Tiers.ScalarAsync<long>(count) == 0)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public ValueTask DisposeAsync() => Moves.DisposeAsync();

    private static async Task<IReadOnlyList<string>> PostgresTablesAsync(TieringScene tiers)
    {
        await using var command = tiers.Postgres.CreateCommand(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<string>();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0));
        }

        return tables;
    }

    /// <summary>As bytes, which finds what is not compressed, and read as what it is.</summary>
    private static async Task<bool> HoldsAsync(TieringScene tiers, string key, byte[] content)
    {
        var secret = Encoding.UTF8.GetBytes(Secret);
        if (content.AsSpan().IndexOf(secret) >= 0)
        {
            return true;
        }

        if (key.EndsWith(".avro", StringComparison.Ordinal))
        {
            var file = AvroFile.Open(content);
            return file.ReadBlocks().Any(block => block.Data.Span.IndexOf(secret) >= 0);
        }

        if (!key.EndsWith(".parquet", StringComparison.Ordinal))
        {
            return false;
        }

        var path = tiers.File($"staging/{Guid.NewGuid():N}.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, content);
        using var lease = await tiers.Get<DuckDbEngine>().Pool.RentAsync(CancellationToken.None);
        using var result = await lease.Connection.QueryAsync(
            $"SELECT count(*) FROM (SELECT t::VARCHAR AS text FROM read_parquet({DuckDBSql.QuoteLiteral(path)}) AS t) WHERE text LIKE '%{Secret}%'", null, CancellationToken.None);
        using var chunk = await result.ReadChunkAsync(CancellationToken.None);
        return chunk![0].Values<long>()[0] > 0;
    }
}
