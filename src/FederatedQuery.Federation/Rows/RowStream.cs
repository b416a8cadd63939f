using System.Diagnostics;
using FederatedQuery.Cold.Engine;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// All rows of a query in its order, in batches, in memory that does not grow with them. Read window by window (<see cref="StreamWindows"/>); a stream that goes on for longer than a
/// minute takes a new session between two of them, so that it holds up neither VACUUM nor moves: rows are told by their values, wherever they are by then. Not thread-safe. A failure,
/// a cancellation included, ends it.
/// </summary>
public sealed class RowStream : IAsyncDisposable
{
    private readonly DuckDbEngine _engine;
    private readonly ReadParts _parts;
    private readonly Func<CancellationToken, Task<RowSession>> _openSession;
    private readonly RowSession? _given;
    private readonly ResolvedQuery _query;
    private readonly StreamSizes _sizes;
    private readonly CellComparer _comparer;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _both;
    private readonly long _started = Stopwatch.GetTimestamp();

    private RowSession? _session;
    private long _sessionOpened;
    private DuckDBConnectionLease? _lease;
    private TierReader? _tiers;
    private ColdScan? _cold;
    private IReadOnlyList<Literal> _boundaries = [];
    private int _window;

    /// <summary>All rows before this value of the leading column have been read by former sessions.</summary>
    private Literal? _floor;
    private long _offset;
    private RowCursor? _resumed;
    private OpenRows? _open;
    private IReadOnlyList<DuckDBColumn> _columns = [];
    private RowCursor? _last;
    private bool _hasRetried;
    private bool _isOver;

    /// <param name="openSession">Opens sessions of the stream's own.</param>
    /// <param name="given">Read through this one alone; null: through own ones.</param>
    /// <param name="after">Null: from the first row.</param>
    internal RowStream(
        DuckDbEngine engine, ReadParts parts, Func<CancellationToken, Task<RowSession>> openSession, RowSession? given, ResolvedQuery query, string? after,
        StreamSizes sizes, TimeProvider time)
    {
        (_engine, _parts, _openSession, _given, _query, _sizes) = (engine, parts, openSession, given, query, sizes);
        _comparer = new CellComparer(query.Terms, query.Columns);
        _last = after is null ? null : RowCursor.Parse("after", after, query.Terms, query.Digest);
        _timeout = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, _stop.Token);
    }

    /// <summary>What reading took since the present session was opened; null before the first batch.</summary>
    public RowReport? Reading => _tiers?.Report(_started);

    /// <summary>The next rows, the caller's to dispose of; null after the last. QUERY_TIMEOUT is around each of them, not around what the caller does in between.</summary>
    /// <exception cref="FederatedQueryException">Every failure, but for the caller's own cancellation.</exception>
    public async Task<RowBatch?> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await using var registration = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        _timeout.CancelAfter(_parts.Options.Timeout);
        try
        {
            return await ReadNextAsync();
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (_timeout.IsCancellationRequested)
        {
            throw FailureTranslation.TimedOut(_parts.Options.Timeout, error);
        }
        catch (Exception error)
        {
            throw FailureTranslation.Translate(error, null);
        }
        finally
        {
            _timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isOver = true;
        await CloseAsync();
        _both.Dispose();
        _stop.Dispose();
        _timeout.Dispose();
    }

    private async Task<RowBatch?> ReadNextAsync()
    {
        while (!_isOver)
        {
            if (_open is null && !await OpenWindowAsync())
            {
                _isOver = true;
                await CloseAsync();
                return null;
            }

            try
            {
                if (await _open!.ReadChunkAsync(_both.Token) is { } chunk)
                {
                    var batch = new RowBatch(_query, new SortedChunk(chunk), _comparer, _last, _columns);
                    _last = batch.LastCursor();
                    _hasRetried = false;
                    return batch;
                }

                CloseWindow();
            }
            catch (DuckDBException error) when (!_hasRetried && !_both.IsCancellationRequested)
            {
                _hasRetried = true;
                if (!await _open!.MayDoBetterAsync(error, _both.Token))
                {
                    throw;
                }

                // From the last row on, as a reader would that comes back.
                CloseWindow();
                await BeginAsync();
            }
        }

        return null;
    }

    /// <returns>False when there are no more windows.</returns>
    private async Task<bool> OpenWindowAsync()
    {
        if (_session is null)
        {
            _session = _given ?? await _openSession(_both.Token);
            _sessionOpened = Stopwatch.GetTimestamp();
            _lease = await _engine.Pool.RentAsync(_both.Token);
            await BeginAsync();
        }
        else if (_window > _boundaries.Count)
        {
            return false;
        }
        else if (_given is null && Stopwatch.GetElapsedTime(_sessionOpened) > _sizes.SessionAge)
        {
            // Windows without rows move no cursor.
            _floor = _boundaries[_window - 1];
            await CloseAsync();
            return await OpenWindowAsync();
        }

        var from = _window == 0 || (_floor is not null && StreamWindows.IsUpTo(_query.Terms[0], _boundaries[_window - 1], _floor.Value)) ? _floor : _boundaries[_window - 1];
        Literal? to = _window == _boundaries.Count ? null : _boundaries[_window];
        var window = StreamWindows.Between(_query.Terms[0], from, to);
        var tiers = _tiers!;
        var known = Expression.And(Start(known: true), window);
        var cold = _cold is null ? null : PartOf(_cold, window);
        _open = cold is null && DirectScan(known, from, to) is { } ordered
            ? await tiers.OpenDirectlyAsync(ordered, _query.Direct!)
            : await OpenStatementAsync(cold, known, window);
        _columns = [.. _open.Columns.Take(_query.Layout.Visible.Length).Select((column, i) => column with { Name = _query.Layout.Visible[i].Name })];
        _window++;
        _offset = 0;
        return true;
    }

    private Task<StatementRows> OpenStatementAsync(ColdScan? cold, Expression known, Expression window)
    {
        var hot = _tiers!.HasHot ? _tiers.HotScan(_query.Layout.ReadSchema, known) : null;
        var offset = _offset;
        var start = Start(known: false);
        return _tiers.OpenAsync(hot, cold, _query.Layout, relation => _query.Select(relation, _query.Terms, [start, window], limit: null)
            + (offset == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" OFFSET {offset}")));
    }

    private bool CanBeInOrder => _query.Direct is not null && _query.Terms.All(term => term.IsKnownToTiers);

    /// <summary>Rows of the hot tier alone that PostgreSQL has in the query's order by indexes: it sends them as it finds them, where DuckDB would gather and sort them all first.</summary>
    /// <returns>Null: DuckDB has to.</returns>
    private HotScan? DirectScan(Expression known, Literal? from, Literal? to) =>
        _tiers!.HasHot && _offset == 0 && CanBeInOrder && StreamWindows.HasIndexes(_query.Query.Table, _query.Terms[0], from, to)
            && _tiers.HotScan(
                _query.Layout.ReadSchema, known, new FirstRows([.. _query.Terms.Select(term => new HotOrder(term.Name, term.Descending))], IsWhole: true, Count: null)) is { IsFirstInOrder: true } ordered
            ? ordered
            : null;

    /// <summary>Plans what is left behind the last row that was read.</summary>
    private async Task BeginAsync()
    {
        _tiers = new TierReader(_parts, _session!, _query.Query.Table, _lease!.Connection, _both.Token);
        _resumed = _last is not null && _floor is not null && !StreamWindows.IsBefore(_query.Terms[0], _floor.Value, _last.Values[0]) ? null : _last;
        _window = 0;

        // Of the rows equal to the last one, those that were read are passed over; should some be gone by now, no others are in their place.
        _offset = _resumed is null ? 0 : Math.Min(_resumed.Occurrence, await RowCounter.CountAsync(
            _tiers, _query.Layout, At(Keyset.At), At(Keyset.KnownAt)));
        _cold = await _tiers.PlanAsync(_query.Layout.Read, Start(known: true));
        _boundaries = StreamWindows.BoundariesOf(_query.Query.Table, _cold, _query.Terms[0], CanBeInOrder, _sizes);
        while (_window < _boundaries.Count
            && ((_resumed is not null && StreamWindows.IsBefore(_query.Terms[0], _boundaries[_window], _resumed.Values[0]))
                || (_floor is not null && StreamWindows.IsUpTo(_query.Terms[0], _boundaries[_window], _floor.Value))))
        {
            _window++;
        }

        Expression At(Func<IReadOnlyList<RowTerm>, IReadOnlyList<Literal?>, Expression> at) => Expression.And(_query.Query.Filter, at(_query.Terms, _resumed!.Values));
    }

    private Expression Start(bool known) => Expression.And(
        _query.Query.Filter,
        _resumed is null ? Expression.True
            : known ? Keyset.KnownFrom(_query.Terms, _resumed.Values, includesEqual: true) : Keyset.From(_query.Terms, _resumed.Values, includesEqual: true));

    private ColdScan? PartOf(ColdScan cold, Expression window)
    {
        if (cold.IsWhole || window == Expression.True)
        {
            return cold;
        }

        var bound = cold.Bind(window);
        var files = cold.DataFiles.Index().Where(file => file.Item.MayMatch(bound)).Select(file => file.Index).ToList();
        return files.Count == 0 ? null : _tiers!.Part(cold, files);
    }

    private void CloseWindow()
    {
        _open?.Dispose();
        _open = null;
    }

    private async Task CloseAsync()
    {
        CloseWindow();
        _lease?.Dispose();
        _lease = null;
        if (_session is not null && _given is null)
        {
            await _session.DisposeAsync();
        }

        _session = null;
    }
}
