using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Scans;

namespace FederatedQuery.Federation.Materialized;

/// <summary>
/// What one statement has to do with stored results, from when it is understood to its answer: look for one, keep its rows while it runs, and have them stored.
/// Disposing of it without an answer lets those who wait for it go on.
/// </summary>
internal sealed class MaterializationTurn(
    MaterializedResults results, MaterializationSubject subject, MaterializationOrder? order, string? flightName, RunFlight? flight, CancellationToken cancellationToken)
    : IDisposable
{
    private SessionQuestion<MaterializedResult?>? _asked;
    private KeptRows? _kept;

    /// <summary>To be asked as the statement's read session is opened; null: nothing.</summary>
    public SessionQuestion? Ask() => _asked = subject.Key is null || order is not null ? null : results.AskFor(subject);

    /// <summary>The answer of an identical statement; null: run it.</summary>
    public QueryAnswer? Shared { get; init; }

    /// <summary>A stored result's answer, which ends the turn.</summary>
    /// <returns>Null: run the statement.</returns>
    public async Task<QueryAnswer?> FindAsync(ResultSources sources, DuckDBConnection connection, long started)
    {
        if (subject.Key is null || order is not null)
        {
            return null;
        }

        var answer = await results.FindAsync(subject, _asked, sources, connection, started, cancellationToken);
        if (answer is not null && flight is not null)
        {
            results.Land(flightName!, flight, new FlightOutcome(answer, flight.Waiting > 0 ? await TryStampAsync(sources) : null, IsAbandoned: false));
        }

        return answer;
    }

    /// <summary>What keeps the rows of the run; null: they are not wanted.</summary>
    public KeptRows? Keep() => subject.IsAutomatic || order is not null ? _kept ??= new KeptRows(results.Options.MaximumResultBytes) : null;

    /// <summary>The statement was run: its answer is shared with those who wait, and stored if it is worth it. No scan may be left running.</summary>
    /// <param name="runAgain">Runs the statement once more with an order to store it; null: nothing would come of it.</param>
    /// <returns>What an order stored; null without one.</returns>
    /// <exception cref="FederatedQueryException">An order cannot be carried out.</exception>
    public async Task<MaterializedAnswer?> CompleteAsync(
        QueryAnswer answer, ResultSources sources, Func<MaterializationOrder, CancellationToken, Task<QueryAnswer>>? runAgain)
    {
        try
        {
            if (order is not null)
            {
                return await StoreAsync(answer, sources, order);
            }

            await KeepAsync(answer, sources, runAgain);
            return null;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _kept?.Dispose();
        if (flight is not null)
        {
            results.Land(flightName!, flight, new FlightOutcome(null, null, IsAbandoned: cancellationToken.IsCancellationRequested));
        }
    }

    private async Task KeepAsync(QueryAnswer answer, ResultSources sources, Func<MaterializationOrder, CancellationToken, Task<QueryAnswer>>? runAgain)
    {

        var isWorthIt = _kept is { IsTooLarge: false, Columns: { } columns } && Cold.Results.ResultColumns.FindUnstorable(columns) is null
            && (answer.ExecutionTime >= results.Options.MinimumTime || results.Repeated.Ran(subject.Key!));
        var stamp = isWorthIt || flight?.Waiting > 0 ? await TryStampAsync(sources) : null;
        if (flight is not null)
        {
            results.Land(flightName!, flight, new FlightOutcome(answer, stamp is { Unstorable: null } ? stamp : null, IsAbandoned: false));
        }

        if (!isWorthIt || stamp is null)
        {
            return;
        }

        if (stamp.Unstorable is null)
        {
            var kept = _kept!;
            _kept = null;
            results.Writer.Enqueue(new PendingResult(subject, stamp, kept, kept.Columns!, answer.RowCount, answer.Truncated, results.Options.TimeToLive));
        }
        else if (stamp.Hot is { IsInstallable: true } && runAgain is not null)
        {
            results.Writer.EnqueueTracking(
                sources.HotTables, answer.ExecutionTime,
                async token => (await runAgain(new MaterializationOrder(results.Options.TimeToLive, IsWhole: false), token)).Dispose());
        }
    }

    private async Task<MaterializedAnswer> StoreAsync(QueryAnswer answer, ResultSources sources, MaterializationOrder wanted)
    {
        if (_kept is not { IsTooLarge: false, Columns: { } columns })
        {
            throw new FederatedQueryException(
                FailureKind.NotAllowed,
                $"The result is larger than {results.Options.MaximumResultBytes / 1024 / 1024} MiB as JSON (MATERIALIZATION_MAX_RESULT_BYTES), which is the most that is stored. Ask for fewer rows or columns, or aggregate.");
        }

        var stamp = await sources.StampAsync(cancellationToken);
        if (stamp.Unstorable is { } reason)
        {
            throw new FederatedQueryException(FailureKind.NotAllowed, $"The result cannot be stored, since it could not be told when it is out of date: {reason}.");
        }

        return await results.Writer.StoreAsync(
            new PendingResult(subject, stamp, _kept, columns, answer.RowCount, answer.Truncated, wanted.TimeToLive), cancellationToken);
    }

    /// <summary>An answer is not lost over its stamp.</summary>
    private async Task<ResultStamp?> TryStampAsync(ResultSources sources)
    {
        try
        {
            return await sources.StampAsync(cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            results.NoteUnstamped(error);
            return null;
        }
    }
}
