using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FederatedQuery.Cold.Results;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Hot.Sql;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FederatedQuery.Federation.Materialized;

/// <summary>
/// Answers statements from stored results of earlier, identical ones, as long as every table they read holds what it held then: judged within the reader's own
/// session, so never with rows that it should not see any more. Identical statements that come while one runs wait for it. Start at <see cref="EnterAsync"/>, which
/// gives a statement its <see cref="MaterializationTurn"/>. Safe for concurrent use.
/// </summary>
public sealed partial class MaterializedResults(
    MaterializedResultStore store, ResultFiles files, ResultWriter writer, IOptions<MaterializationOptions> options, IOptions<QueryOptions> queries,
    MaterializationMetrics metrics, TimeProvider time, ILogger<MaterializedResults> logger)
{
    /// <summary>Uses noted between two rounds of the loop; later ones are not noted.</summary>
    private const int MaximumUses = 10_000;

    private readonly MaterializationOptions _options = options.Value;
    private readonly Dictionary<string, RunFlight> _flights = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Dictionary<Guid, DateTimeOffset> _uses = [];

    internal MaterializationOptions Options => _options;

    internal ResultWriter Writer => writer;

    /// <summary>What is stored although it is answered fast.</summary>
    internal RepeatedStatements Repeated { get; } = new();

    /// <summary>Statements that wait for an identical one.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _flights.Values.Sum(flight => flight.Waiting);
            }
        }
    }

    /// <summary>
    /// A statement's turn: to run, unless an identical statement's run gives the answer. Those that join or unite wait for the one that runs. Its answer is theirs
    /// when it began after they came; else when <paramref name="isCurrent"/> says that the tables have not changed since.
    /// </summary>
    /// <param name="order">An order to run and store it; null: none.</param>
    /// <param name="hotTables">Whose writes have to be noted for an order.</param>
    /// <param name="started">When the request came, by <see cref="Stopwatch"/>.</param>
    /// <param name="isCurrent">Opens a session of its own, and asks <see cref="ResultSources.AreStillAsync"/>.</param>
    internal async Task<MaterializationTurn> EnterAsync(
        MaterializationSubject subject, MaterializationOrder? order, IReadOnlyList<TableName> hotTables, long started, Func<ResultStamp, Task<bool>> isCurrent,
        CancellationToken cancellationToken)
    {
        if (order is not null)
        {
            await PrepareAsync(subject, hotTables, cancellationToken);
        }

        if (order is not null || !subject.IsAutomatic)
        {
            return new MaterializationTurn(this, subject, order, null, null, cancellationToken);
        }

        var name = $"{Convert.ToHexStringLower(subject.Key!)} {subject.Limit}";
        while (true)
        {
            var (flight, isLeader) = Join(name);
            if (isLeader)
            {
                return new MaterializationTurn(this, subject, null, name, flight, cancellationToken);
            }

            var outcome = await flight.WaitAsync(cancellationToken);
            if (outcome.Answer is not { } answer)
            {
                if (outcome.IsAbandoned)
                {
                    continue;
                }

                // What failed for one may fail for all: nobody waits for that in a row.
                return new MaterializationTurn(this, subject, null, null, null, cancellationToken);
            }

            var isMine = false;
            try
            {
                isMine = flight.Started >= started || (outcome.Stamp is { } stamp && await isCurrent(stamp));
            }
            finally
            {
                if (!isMine)
                {
                    answer.Rows.Dispose();
                }
            }

            if (isMine)
            {
                metrics.Shared();
                return new MaterializationTurn(this, subject, null, null, null, cancellationToken) { Shared = Share(answer, started) };
            }
        }
    }

    /// <summary>Drops the results of a statement.</summary>
    /// <returns>How many there were.</returns>
    internal Task<int> DropAsync(byte[] statement, CancellationToken cancellationToken) => store.DropStatementAsync(statement, time.GetUtcNow(), cancellationToken);

    /// <summary>A valid stored result's answer.</summary>
    /// <param name="asked">What the statement's read session was asked; null: it has none.</param>
    /// <returns>Null: run the statement.</returns>
    internal async Task<QueryAnswer?> FindAsync(
        MaterializationSubject subject, SessionQuestion<MaterializedResult?>? asked, ResultSources sources, DuckDBConnection connection, long started, CancellationToken cancellationToken)
    {
        var result = asked is not null ? asked.Answer : await LookUpAsync(subject.Key!, cancellationToken);
        if (result is null || (result.Truncated && (subject.Limit is not { } wanted || wanted > result.Rows)))
        {
            if (subject.Traits.Combines)
            {
                metrics.Miss();
            }

            return null;
        }

        if (!await sources.AreStillAsync(StampOf(result), cancellationToken))
        {
            metrics.Invalid();
            Repeated.Wasted(subject.Key!);
            writer.EnqueueDrop(result.Id);
            return null;
        }

        try
        {
            var answer = await ReadAsync(result, subject.Limit, connection, started, cancellationToken);
            metrics.Hit();
            Repeated.Used(subject.Key!);
            NoteUse(result.Id);
            return answer;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Its file may be gone or broken: the tables have the rows.
            Log.Unreadable(logger, result.Location, error);
            metrics.Miss();
            writer.EnqueueDrop(result.Id);
            return null;
        }
    }

    /// <summary>When results were used since this was called last.</summary>
    internal IReadOnlyDictionary<Guid, DateTimeOffset> TakeUses()
    {
        lock (_lock)
        {
            var taken = _uses;
            _uses = [];
            return taken;
        }
    }

    internal void NoteUnstamped(Exception error) => Log.Unstamped(logger, error);

    internal void Land(string name, RunFlight flight, FlightOutcome outcome)
    {
        lock (_lock)
        {
            if (_flights.GetValueOrDefault(name) == flight)
            {
                _flights.Remove(name);
            }
        }

        flight.End(outcome);
    }

    private async Task PrepareAsync(MaterializationSubject subject, IReadOnlyList<TableName> hotTables, CancellationToken cancellationToken)
    {
        if (!_options.Enabled)
        {
            throw new FederatedQueryException(FailureKind.NotAllowed, "Results are not stored here: MATERIALIZATION_ENABLED is false.");
        }

        if (subject.Traits.Volatile is { } changing)
        {
            throw new FederatedQueryException(
                FailureKind.NotAllowed, $"The statement has {changing}, by which its answer differs from run to run; a stored one would be wrong. Give a constant or a parameter instead.");
        }

        if (hotTables.Count > 0 && await writer.TrackAsync(hotTables, cancellationToken) is { } reason)
        {
            throw new FederatedQueryException(FailureKind.NotAllowed, $"The result cannot be stored, since it could not be told when it is out of date: {reason}.");
        }
    }

    private (RunFlight Flight, bool IsLeader) Join(string name)
    {
        lock (_lock)
        {
            if (_flights.TryGetValue(name, out var flight) && flight.TryJoin())
            {
                return (flight, false);
            }

            return (_flights[name] = new RunFlight(), true);
        }
    }

    /// <summary>Asks a read session for the stored result of a statement, as it is opened.</summary>
    internal SessionQuestion<MaterializedResult?> AskFor(MaterializationSubject subject) => MaterializedResultStore.AskFor(subject.Key!, time.GetUtcNow());

    /// <summary>Outside of any session: of statements that read the cold tier alone.</summary>
    private async Task<MaterializedResult?> LookUpAsync(byte[] key, CancellationToken cancellationToken)
    {
        try
        {
            return await store.FindAsync(key, time.GetUtcNow(), cancellationToken);
        }
        catch (NpgsqlException error) when (!cancellationToken.IsCancellationRequested)
        {
            // The cold tier answers without PostgreSQL.
            Log.IndexUnavailable(logger, error);
            return null;
        }
    }

    private async Task<QueryAnswer> ReadAsync(
        MaterializedResult result, int? limit, DuckDBConnection connection, long started, CancellationToken cancellationToken)
    {
        var planning = Stopwatch.GetTimestamp();
        var columns = JsonSerializer.Deserialize<List<StoredColumn>>(result.Columns)!;
        var rows = new PooledBytes(queries.Value.MaximumAnswerBytes);
        try
        {
            using var leases = await files.AcquireAsync(result.Location, result.Bytes, cancellationToken);
            var planned = Stopwatch.GetElapsedTime(planning);
            var isCut = limit is { } most && most < result.Rows;
            var sql = ResultFiles.SelectSql(leases.Paths[0], columns.Select(column => (column.Name, column.Type)), isCut ? limit : null);
            using var read = await connection.QueryAsync(sql, null, cancellationToken);
            IReadOnlyList<DuckDBColumn> named = [.. read.Columns.Zip(columns, (column, stored) => column with { Name = stored.Name })];
            var (count, _) = await Task.Run(() => JsonRows.WriteAsync(named, () => Task.FromResult(read.ReadChunk()), rows, null), CancellationToken.None);
            if (count != (isCut ? limit : result.Rows))
            {
                throw new InvalidDataException($"The file has {count} rows where the index says {result.Rows}.");
            }

            return new QueryAnswer(rows)
            {
                Columns = [.. columns.Select(column => new AnswerColumn(column.Name, column.Type, true))],
                RowCount = count,
                Truncated = result.Truncated || isCut,
                ExecutionTime = Stopwatch.GetElapsedTime(started),
                DataSource = DataSource.Materialized,
                Report = new QueryReport(
                    null,
                    new ColdReport(null, 1, 1, result.Bytes, leases.BytesFetched, leases.CacheHits, result.Rows, planned.TotalMilliseconds),
                    string.Create(CultureInfo.InvariantCulture, $"-- stored {result.CreatedAt:yyyy-MM-dd HH:mm:ss}Z, answers until {result.ExpiresAt:yyyy-MM-dd HH:mm:ss}Z\n{sql}")),
            };
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static QueryAnswer Share(QueryAnswer answer, long started) => new(answer.Rows)
    {
        Columns = answer.Columns,
        RowCount = answer.RowCount,
        Truncated = answer.Truncated,
        ExecutionTime = Stopwatch.GetElapsedTime(started),
        DataSource = DataSource.Materialized,
        Report = new QueryReport(null, null, $"-- the answer of an identical statement that ran at the same time\n{answer.Report.Sql}"),
    };

    private static ResultStamp StampOf(MaterializedResult result) => new(
        ColdState.Parse(result.Cold),
        result.HotFingerprint is { } fingerprint
            ? new Hot.Writes.HotContent(fingerprint, result.HotRelations, result.HotSnapshot!, null, IsInstallable: false)
            : null,
        null);

    private void NoteUse(Guid id)
    {
        lock (_lock)
        {
            if (_uses.Count < MaximumUses)
            {
                _uses[id] = time.GetUtcNow();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(FederationEventId.ResultUnreadable, LogLevel.Warning, "The stored result at '{Location}' cannot be read; its statement is run instead")]
        public static partial void Unreadable(ILogger logger, string location, Exception error);

        [LoggerMessage(FederationEventId.IndexUnavailable, LogLevel.Warning, "Stored results could not be looked for; the statement is run")]
        public static partial void IndexUnavailable(ILogger logger, Exception error);

        [LoggerMessage(FederationEventId.NotStamped, LogLevel.Warning, "What the tables of a statement hold could not be read; its result is not stored")]
        public static partial void Unstamped(ILogger logger, Exception error);
    }
}
