using System.Globalization;
using System.Text.Json;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Writing;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Control.Mutations;
using FederatedQuery.Hot.RowChanges;
using FederatedQuery.Hot.Sql;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.Testing;
using FederatedQuery.Tiering.Erasing;
using FederatedQuery.Tiering.Jobs;
using FederatedQuery.Tiering.Maintenance;
using FederatedQuery.Tiering.Repartition;
using FederatedQuery.Tiering.RowChanges;
using FederatedQuery.Tiering.Tables;
using FederatedQuery.Tiering.Verification;
using Npgsql;

namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>
/// A database, a warehouse, and the process that is alive at present; histories of tables are played in it one after the other. Whatever is asked after any
/// step must be answered as the model would.
/// </summary>
internal sealed class ModelWorld : IAsyncDisposable
{
    private static readonly TimeSpan JobPatience = TimeSpan.FromMinutes(2);

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _user;
    private readonly TemporaryFolder _folder = new();
    private readonly List<Task> _killed = [];
    private ModelProcess _process = null!; // set by StartAsync
    private ModelTable _model = new();
    private string _name = "";
    private int _tables;
    private TimeSpan _passed;
    private bool _othersDeleted;

    private ModelWorld(NpgsqlConnectionStringBuilder settings)
    {
        _settings = settings;
        _user = NpgsqlDataSource.Create(settings);
    }

    /// <summary>Processes killed so far.</summary>
    public int Kills { get; private set; }

    /// <summary>Of those, killed while a job was at work.</summary>
    public int KillsAtWork { get; private set; }

    public int Steps { get; private set; }

    public static async Task<ModelWorld> StartAsync(PostgresFixture postgres)
    {
        var world = new ModelWorld(await postgres.CreateDatabaseAsync("model"));
        await world.StartProcessAsync(takesJobs: true);
        return world;
    }

    /// <summary>Plays a history from a new table to its end.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">Some answer was not the model's; the message says after which step.</exception>
    public async Task PlayAsync(ModelHistory history)
    {
        _model = new ModelTable();
        _othersDeleted = false;
        _name = string.Create(CultureInfo.InvariantCulture, $"t{++_tables}");
        await ExecuteAsync(history.Ddl(_name));
        await _process.Scene.Get<TieringService>().ConfigureAsync(
            new ConfigureTiering { TableName = _name, TimeColumn = "seen", PartitionBy = history.PartitionBy, RowMutations = RowMutations.All }, CancellationToken.None);
        foreach (var (number, step) in history.Steps.Index())
        {
            try
            {
                await TakeAsync(step);
                await CheckAsync();
                Steps++;
            }
            catch (Exception error)
            {
                // What it left behind must not disturb the next history.
                await RenewAsync();
                throw new InvalidOperationException($"Step {number + 1}, {step}, of table {_name}: {error.Message}", error);
            }
        }

        await ExecuteAsync($"DROP TABLE {_name}");
        await _process.Scene.Get<TieredTableStore>().RemoveAsync(TableName.InPublic(_name), CancellationToken.None);
        await _process.Scene.Get<ColdCatalog>().Catalog.DropTableAsync(Identifier, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Task.WhenAll(_killed);
        await _user.DisposeAsync();
        _folder.Dispose();
    }

    private TableIdentifier Identifier => new("default", _name);

    private Task TakeAsync(ModelStep step) => step switch
    {
        ModelStep.Insert insert => InsertAsync(insert),
        ModelStep.Update update => WriteAsync(
            $"UPDATE {_name} SET amount = amount + 1, note = coalesce(note, '') || 'x' {Where(update.Modulus, update.Remainder)} RETURNING {ModelTable.PostgresColumns}"),
        ModelStep.Shift shift => WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"UPDATE {_name} SET seen = seen + {shift.Days} * interval '1 day' {Where(shift.Modulus, shift.Remainder)} RETURNING {ModelTable.PostgresColumns}")),
        ModelStep.DeleteHot delete => DeleteAsync(delete),
        ModelStep.DeleteCold delete => DeleteAsync(delete),
        ModelStep.Work work => WorkAsync(work),
        ModelStep.Query query => AskAsync(query.What),
        ModelStep.Erase erase => EraseAsync(erase),
        ModelStep.Change change => ChangeAsync(change),
        ModelStep.Add add => AddAsync(add),
        ModelStep.Kill => ReplaceAsync(isHalfDoneVisible: false),
        ModelStep.Wait wait => PassAsync(wait.Days),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Unknown step."),
    };

    private static string Where(int modulus, int remainder) => string.Create(CultureInfo.InvariantCulture, $"WHERE id % {modulus} = {remainder}");

    private async Task InsertAsync(ModelStep.Insert insert)
    {
        var rows = _model.NewRows(insert.Day, insert.Rows);
        var values = rows.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"({row.Id}, timestamptz 'epoch' + {row.At} * interval '1 microsecond', {row.Amount} / 100.0, {(row.Note is null ? "NULL" : $"'{row.Note}'")})"));
        await ExecuteAsync($"INSERT INTO {_name} (id, seen, amount, note) VALUES {string.Join(", ", values)}");
        _model.Put(rows);
    }

    /// <summary>Which rows are hot is PostgreSQL's word; what became of them too.</summary>
    private async Task WriteAsync(string sql)
    {
        var rows = new List<ModelTable.Row>();
        await using var command = _user.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(new ModelTable.Row(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        }

        _model.Put(rows);
    }

    private async Task DeleteAsync(ModelStep.DeleteHot delete)
    {
        var ids = new List<long>();
        await using var command = _user.CreateCommand($"DELETE FROM {_name} {Where(delete.Modulus, delete.Remainder)} RETURNING id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            ids.Add(reader.GetInt64(0));
        }

        _model.Remove(ids);
    }

    private async Task DeleteAsync(ModelStep.DeleteCold delete)
    {
        var where = ModelTable.Where(new ModelQuery(null, null, delete.Note, delete.Amount, null));
        using var cold = await _process.Scene.ColdRowsAsync($"SELECT {ModelTable.Columns} FROM {_name}{where} LIMIT 100000");
        var predicate = Expression.And(
            Expression.Equal("note", Literal.String(ModelTable.Note(delete.Note))), Expression.GreaterThanOrEqual("amount", Literal.Decimal(delete.Amount * 100, 2)));
        var deletion = await _process.Scene.Get<ColdDeletes>().DeleteAsync(
            _process.Scene.Get<ColdCatalog>().Catalog, Identifier, predicate, new Dictionary<string, string>(), CancellationToken.None);
        var rows = ModelTable.Read(cold);
        Assert.Equal(rows.Count, deletion.Rows);
        _othersDeleted |= rows.Count > 0;
        _model.Remove(rows.Select(row => row.Id));
    }

    private async Task ChangeAsync(ModelStep.Change change)
    {
        var affected = _model.Select(new ModelQuery(null, null, change.Note, change.Amount, null));
        var beside = change.Beside is { } work ? await _process.Scene.Get<JobRunner>().StartJobAsync(work.Kind, _name, ArgumentsOf(work), CancellationToken.None) : null;
        await ChangeAsync(
            new RowChange
            {
                Table = TableName.InPublic(_name),
                Operation = change.NewAmount is null ? RowMutations.Delete : RowMutations.Update,
                Where = Expression.And(
                    Expression.Equal("note", Literal.String(ModelTable.Note(change.Note))), Expression.GreaterThanOrEqual("amount", Literal.Decimal(change.Amount * 100, 2))),
                Set = change.NewAmount is { } amount ? [new ColumnAssignment("amount", ColumnValue.Of(Literal.Decimal(amount, 0)))] : [],
                Returning = ["id"],
            },
            affected.Count,
            change.Death,
            () =>
            {
                if (change.NewAmount is { } given)
                {
                    _model.Put(affected.Select(row => row with { Amount = given * 100 }));
                }
                else
                {
                    _model.Remove(affected.Select(row => row.Id));
                }
            });
        if (beside is not null)
        {
            var state = await EndOf(beside.Id);
            Assert.True(state.State == JobState.Succeeded, $"the job beside it ended as {state.State}: {state.Message}");
        }
    }

    private Task AddAsync(ModelStep.Add add)
    {
        var rows = _model.NewRows(add.Rows.Day, add.Rows.Rows);
        return ChangeAsync(
            new RowChange
            {
                Table = TableName.InPublic(_name),
                Operation = RowMutations.Insert,
                Rows =
                [
                    .. rows.Select(row => (ColumnAssignment[])
                    [
                        new("id", ColumnValue.Of(Literal.Long(row.Id))), new("seen", ColumnValue.Of(Literal.Timestamptz(row.At))),
                        new("amount", ColumnValue.Of(Literal.Decimal(row.Amount, 2))), new("note", row.Note is null ? ColumnValue.Null : ColumnValue.Of(Literal.String(row.Note))),
                    ]),
                ],
            },
            rows.Count,
            add.Death,
            () => _model.Put(rows));
    }

    /// <summary>All of it or nothing, whenever the process dies.</summary>
    /// <param name="expected">How many rows it is to change.</param>
    /// <param name="apply">Does the same to the model.</param>
    private async Task ChangeAsync(RowChange change, int expected, Death? death, Action apply)
    {
        if (death is not null)
        {
            _process.Life.EndAfter(death.StoreOperations);
        }

        var running = _process.Scene.Get<RowChanger>().ChangeAsync(change, CancellationToken.None);
        if (death is not null)
        {
            await Task.WhenAny(running, _process.Life.Ended, Task.Delay(death.Milliseconds));
            if (!running.IsCompletedSuccessfully)
            {
                KillsAtWork++;
                var before = _model.Rows.ToList();
                await ReplaceAsync(isHalfDoneVisible: true);
                await running.ContinueWith(ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                if (!before.SequenceEqual(await RowsAsync(new ModelQuery(null, null, null, null, null))))
                {
                    apply();
                    await CheckAsync();
                }

                return;
            }
        }

        using var changed = await running;
        Assert.Equal(expected, changed.Count);
        Assert.Equal(change.Returning.Count == 0 ? 0 : expected, changed.Chunks.Sum(chunk => chunk.Count));
        apply();
        if (death is not null)
        {
            await ReplaceAsync(isHalfDoneVisible: true);
        }
    }

    private Task WorkAsync(ModelStep.Work work) => RunJobAsync(work.Kind, ArgumentsOf(work), work.Death, work.Meanwhile, isHalfDoneVisible: false);

    private async Task EraseAsync(ModelStep.Erase erase)
    {
        var rows = new ModelQuery(null, null, erase.Note, erase.Amount, null);
        var where = ModelTable.Where(rows)[" WHERE ".Length..];
        await RunJobAsync(EraseJob.Kind, EraseJob.Arguments(where), erase.Death, meanwhile: null, isHalfDoneVisible: true);
        _model.Remove(_model.Select(rows).Select(row => row.Id));
    }

    private async Task RunJobAsync(string kind, string? arguments, Death? death, ModelStep.Insert? meanwhile, bool isHalfDoneVisible)
    {
        if (death is not null)
        {
            _process.Life.EndAfter(death.StoreOperations);
        }

        var job = await _process.Scene.Get<JobRunner>().StartJobAsync(kind, _name, arguments, CancellationToken.None);
        if (meanwhile is not null)
        {
            await InsertAsync(meanwhile);
        }

        var ended = EndOf(job.Id);
        if (death is not null)
        {
            await Task.WhenAny(ended, _process.Life.Ended, Task.Delay(death.Milliseconds));
            KillsAtWork += ended.IsCompleted ? 0 : 1;
            await ReplaceAsync(isHalfDoneVisible);
            ended = EndOf(job.Id);
        }

        // Rows that somebody else took away are what verification is there to miss.
        var state = await ended;
        var isRight = state.State == JobState.Succeeded || (kind == VerifyJob.Kind && _othersDeleted && state.State == JobState.Failed);
        Assert.True(isRight, $"the job ended as {state.State}: {state.Message}");
    }

    /// <summary>Which table, where the kind of job is told that by its arguments.</summary>
    private string? ArgumentsOf(ModelStep.Work work) => work.Kind switch
    {
        MaintenanceJob.Kind => MaintenanceJob.Arguments(Identifier),
        RepartitionJob.Kind => JsonSerializer.Serialize(RepartitionArguments.Read(work.Arguments) with { Namespace = Identifier.Namespace, Table = Identifier.Name }),
        _ => work.Arguments,
    };

    private Task PassAsync(int days)
    {
        var time = TimeSpan.FromDays(days);
        _passed += time;
        _process.Scene.Pass(time);
        return Task.CompletedTask;
    }

    /// <summary>Another process takes the place of the present one, whose leases have run out by then.</summary>
    /// <param name="isHalfDoneVisible">Whether what was being done may show in part.</param>
    private async Task ReplaceAsync(bool isHalfDoneVisible)
    {
        Kills++;
        var open = await OpenJobsAsync();
        _killed.Add(await _process.KillAsync());
        await StartProcessAsync(takesJobs: false);
        if (!isHalfDoneVisible && _model.Rows.Count > 0)
        {
            // As it was left, before anybody puts anything right.
            await CheckAsync();
        }

        // Its connections are not cut all at once: what it said by the last of them, that the first was gone, a dead process would not have said.
        await using (var command = _user.CreateCommand("""
            UPDATE federated_query.jobs SET state = 'Running', finished_at = NULL, lease_owner = 'dead', lease_expires_at = clock_timestamp() - interval '1 minute'
            WHERE state = 'Running' OR (state = 'Failed' AND id = ANY($1))
            """))
        {
            command.Parameters.AddWithValue(open);
            await command.ExecuteNonQueryAsync();
        }

        await _process.TakeJobsAsync();
    }

    private async Task<Guid[]> OpenJobsAsync()
    {
        await using var command = _user.CreateCommand("SELECT coalesce(array_agg(id), '{}') FROM federated_query.jobs WHERE state IN ('Queued', 'Running')");
        return (Guid[])(await command.ExecuteScalarAsync())!;
    }

    private async Task StartProcessAsync(bool takesJobs)
    {
        _process = await ModelProcess.StartAsync(_user, _settings, _folder, _passed);
        if (takesJobs)
        {
            await _process.TakeJobsAsync();
        }
    }

    private async Task RenewAsync()
    {
        _killed.Add(await _process.KillAsync());
        await ExecuteAsync("UPDATE federated_query.jobs SET state = 'Failed', finished_at = clock_timestamp() WHERE state IN ('Queued', 'Running')");
        await StartProcessAsync(takesJobs: true);
    }

    /// <summary>Asked by nobody's process: those may be killed.</summary>
    private async Task<Job> EndOf(Guid id)
    {
        var patience = DateTime.UtcNow + JobPatience;
        while (true)
        {
            await using var command = _user.CreateCommand("SELECT state, message FROM federated_query.jobs WHERE id = $1");
            command.Parameters.AddWithValue(id);
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            var (state, message) = (Enum.Parse<JobState>(reader.GetString(0)), reader.GetString(1));
            if (state is not (JobState.Queued or JobState.Running))
            {
                return new Job { Id = id, Kind = "", State = state, Message = message, CreatedAt = default };
            }

            Assert.True(DateTime.UtcNow < patience, $"the job is stuck as {state}: {message}");
            await Task.Delay(10);
        }
    }

    private async Task<IReadOnlyList<ModelTable.Row>> RowsAsync(ModelQuery query)
    {
        using var answer = await _process.Scene.RowsAsync($"SELECT {ModelTable.Columns} FROM {_name}{ModelTable.Where(query)} ORDER BY id LIMIT 100000");
        return ModelTable.Read(answer);
    }

    private Task CheckAsync() => AskAsync(new ModelQuery(null, null, null, null, null));

    private async Task AskAsync(ModelQuery query)
    {
        var rows = await RowsAsync(query);
        var expected = _model.Select(query);
        Assert.True(
            expected.SequenceEqual(rows),
            $"{query} gave {rows.Count} rows where the model has {expected.Count}; missing: {string.Join(", ", expected.Except(rows).Take(5))}; more: {string.Join(", ", rows.Except(expected).Take(5))}; "
            + $"twice: {string.Join(", ", rows.GroupBy(row => row.Id).Where(group => group.Count() > 1).Select(group => group.Key).Take(5))}.");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _user.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
