using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Jobs;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>
/// One process of a gateway, which can be killed: it gets no further at the store, its connections to PostgreSQL end, and it may not log in again.
/// </summary>
internal sealed class ModelProcess : IAsyncDisposable
{
    private static int Count;

    private readonly NpgsqlDataSource _administrator;
    private readonly string _role;
    private readonly LifeSpan _life;
    private JobRunner? _runner;

    private ModelProcess(TieringScene scene, NpgsqlDataSource administrator, string role, LifeSpan life)
    {
        Scene = scene;
        _administrator = administrator;
        _role = role;
        _life = life;
    }

    public TieringScene Scene { get; }

    public LifeSpan Life => _life;

    /// <param name="passed">How far its clock is ahead.</param>
    public static async Task<ModelProcess> StartAsync(
        NpgsqlDataSource administrator, NpgsqlConnectionStringBuilder settings, TemporaryFolder folder, TimeSpan passed)
    {
        var role = $"model_{Interlocked.Increment(ref Count)}";
        await ExecuteAsync(administrator, $"CREATE ROLE {role} SUPERUSER LOGIN");
        var life = new LifeSpan();
        var scene = await TieringScene.StartAsync(
            new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Username = role },
            folder,
            ownsFolder: false,
            warehouse => new ObjectStoreRegistry(new ObjectStoreRegistry.Root(
                new Uri(Directory.CreateDirectory(warehouse).FullName).AbsoluteUri,
                new MortalObjectStore(new LocalObjectStore(warehouse, TimeProvider.System), life))),
            options =>
            {
                options.JobPollInterval = TimeSpan.FromMilliseconds(100);
                options.LockAttempts = 2;
                options.LockTimeout = TimeSpan.FromMilliseconds(50);

                // What may go goes soon.
                options.ColdDays = 36_500;
                options.QueryTimeout = TimeSpan.FromMilliseconds(1);
                options.DroppedFileMargin = TimeSpan.Zero;
                options.SnapshotRetentionDays = 1;
                options.SupersededSnapshotAge = TimeSpan.Zero;
                options.OrphanAge = TimeSpan.FromHours(1);
            },
            now: DateTimeOffset.UtcNow + passed);
        return new ModelProcess(scene, administrator, role, life);
    }

    /// <summary>From now on it takes jobs.</summary>
    public async Task TakeJobsAsync()
    {
        _runner = Scene.Get<JobRunner>();
        await _runner.StartAsync(CancellationToken.None);
    }

    /// <summary>At once, and without a word.</summary>
    /// <returns>When it can do no more harm; inside, what is given back by then.</returns>
    public async Task<Task> KillAsync()
    {
        _life.End();
        await ExecuteAsync(_administrator, $"ALTER ROLE {_role} NOLOGIN");
        await using (var command = _administrator.CreateCommand(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = $1"))
        {
            command.Parameters.AddWithValue(_role);
            await command.ExecuteScalarAsync();
        }

        // What hangs may fail now, and its memory be given back.
        _life.Bury();
        return Scene.DisposeAsync().AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        if (_runner is not null)
        {
            await _runner.StopAsync(CancellationToken.None);
        }

        await Scene.DisposeAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
