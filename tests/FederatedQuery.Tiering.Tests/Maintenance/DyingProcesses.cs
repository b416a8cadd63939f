using FederatedQuery.Testing;
using FederatedQuery.Tiering.Tests.Model;
using FederatedQuery.Tiering.Tests.Moves;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Maintenance;

/// <summary>
/// The table of a <see cref="MoveScene"/> in a database and a warehouse that outlive the processes on them. These come one after the other to do the same work; each but the last is
/// killed in the midst of it, a little later than the one before.
/// </summary>
internal sealed class DyingProcesses : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _administrator;
    private readonly TemporaryFolder _folder = new();
    private readonly TimeSpan _passed;
    private readonly List<Task> _buried = [];
    private ModelProcess _process = null!; // set by StartAsync

    private DyingProcesses(NpgsqlConnectionStringBuilder settings, TimeSpan passed)
    {
        _settings = settings;
        _passed = passed;
        _administrator = NpgsqlDataSource.Create(settings);
    }

    /// <summary>As the process that is alive sees it.</summary>
    public MoveScene Scene { get; private set; } = null!; // set by StartAsync

    /// <summary>Of the process that is alive.</summary>
    public LifeSpan Life => _process.Life;

    public int Kills { get; private set; }

    /// <param name="passed">How far the processes' clocks are ahead.</param>
    public static async Task<DyingProcesses> StartAsync(PostgresFixture postgres, TimeSpan passed = default)
    {
        var processes = new DyingProcesses(await postgres.CreateDatabaseAsync("dying"), passed);
        await processes.StartProcessAsync();
        processes.Scene = await MoveScene.FillAsync(processes._process.Scene);
        return processes;
    }

    /// <summary>Starts work in process after process until one lives to its end.</summary>
    /// <param name="begin">In the process that is alive; gives when the work is done.</param>
    /// <param name="limit">Says how long the process of a number, from 0, has to live.</param>
    /// <param name="check">After each death and at the end, by a process that lives.</param>
    public async Task UntilDoneAsync(Func<MoveScene, Task> begin, Action<LifeSpan, int> limit, Func<MoveScene, int, Task> check)
    {
        for (var number = 0; ; number++)
        {
            limit(_process.Life, number);
            var work = begin(Scene);
            Assert.Same(await Task.WhenAny(work, _process.Life.Ended, Task.Delay(Patience)), work.IsCompleted ? work : _process.Life.Ended);
            if (!_process.Life.IsOver)
            {
                await work;
                _process.Life.EndAfter(int.MaxValue);
                _process.Life.EndAfterChanges(int.MaxValue);
                await check(Scene, number);
                return;
            }

            Kills++;
            _buried.Add(await _process.KillAsync());

            // What a dead process says is of no interest.
            await work.ContinueWith(ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await StartProcessAsync();
            Scene = Scene.In(_process.Scene);
            await check(Scene, number);
        }
    }

    /// <summary>Asked by nobody's process.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _administrator.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>From now on the process that is alive takes jobs, those of the dead first.</summary>
    public async Task TakeJobsAsync()
    {
        await ScalarAsync<long>("""
            WITH lapsed AS (UPDATE federated_query.jobs SET state = 'Running', finished_at = NULL, lease_owner = 'dead', lease_expires_at = clock_timestamp() - interval '1 minute'
              WHERE state IN ('Running', 'Failed') RETURNING 1) SELECT count(*) FROM lapsed
            """);
        await _process.TakeJobsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Task.WhenAll(_buried);
        await _administrator.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartProcessAsync() => _process = await ModelProcess.StartAsync(_administrator, _settings, _folder, _passed);
}
