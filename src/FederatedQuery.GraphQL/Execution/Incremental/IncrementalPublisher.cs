using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FederatedQuery.GraphQL.Execution.Batching;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>
/// Turns what ends into payloads, as the transport asks for them (incremental delivery, "Yield Incremental Results"). Nothing deferred begins
/// before the transport has asked for what follows the initial payload; whatever has ended by the time it asks again goes into one payload.
/// </summary>
internal sealed class IncrementalPublisher
{
    /// <summary>Longest that a client that has gone waits for sources that do not heed cancellation.</summary>
    private static readonly TimeSpan MostDisposal = TimeSpan.FromSeconds(5);

    /// <summary>Without a bound of its own: a group reports once, and a stream only when what it last reported was taken.</summary>
    private readonly Channel<Ended> _reports = Channel.CreateUnbounded<Ended>();
    private readonly PayloadBuilder _payload = new();
    private readonly OperationResult _initial;
    private readonly IncrementalWork _work;
    private readonly IncrementalFormat _format;
    private readonly ExecutionDeadline _deadline;
    private readonly RequestExecutorOptions _options;
    private readonly WorkGraph _graph;

    /// <param name="initial">Becomes the first payload.</param>
    /// <param name="work">What it has left for later.</param>
    /// <param name="operationWork">Of the operation.</param>
    /// <param name="format">Of the payloads.</param>
    /// <param name="deadline">Of the whole operation; disposed of at the end.</param>
    /// <param name="options">Told when a source cannot be disposed of.</param>
    public IncrementalPublisher(
        OperationResult initial,
        IncrementalWork work,
        OperationWork operationWork,
        IncrementalFormat format,
        ExecutionDeadline deadline,
        RequestExecutorOptions options)
    {
        (_initial, _work, _format, _deadline, _options) = (initial, work, format, deadline, options);
        _graph = new WorkGraph(
            operationWork,
            (task, result, exception) =>
            {
                if (!_reports.Writer.TryWrite(new Ended(task, result, exception, null)) && result is not null)
                {
                    _ = DiscardAsync(result);
                }
            },
            stream => _reports.Writer.TryWrite(new Ended(null, null, null, stream)));
    }

    public async IAsyncEnumerable<IResponsePayload> PublishAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var registration = cancellationToken.UnsafeRegister(static deadline => ((ExecutionDeadline)deadline!).Cancel(), _deadline);
        try
        {
            _graph.AddInitial(_work, _payload);
            yield return _payload.BuildInitial(_format, _initial);

            _graph.Start();
            while (_graph.IsActive)
            {
                await AdvanceAsync();
                if (!_payload.IsEmpty || !_graph.IsActive)
                {
                    yield return _payload.Build(_format, hasNext: _graph.IsActive);
                }
            }
        }
        finally
        {
            // Before the deadline is disposed of: whoever cancels just now would be told so.
            await registration.DisposeAsync();
            await EndAsync();
        }
    }

    /// <summary>Waits until something has ended, and works out what follows.</summary>
    private async ValueTask AdvanceAsync()
    {
        try
        {
            await _reports.Reader.WaitToReadAsync(_deadline.Token);
            _deadline.Token.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (_deadline.HasPassed)
        {
            _graph.FailAll(_deadline.Error, _payload);
            return;
        }

        // What is reported from here on is for the next payload: else parts that end at once would hold this one up.
        for (var count = _reports.Reader.Count; count > 0 && _reports.Reader.TryRead(out var report); count--)
        {
            if (report.Stream is { } stream)
            {
                await _graph.TakeItemsAsync(stream, _payload);
            }
            else if (report.Result is { } result)
            {
                await _graph.EndTaskAsync(report.Task!, result, _payload);
            }
            else if (report.Exception is not OperationCanceledException)
            {
                throw new InvalidOperationException("A deferred part of an operation could not be executed.", report.Exception);
            }
        }
    }

    private async ValueTask EndAsync()
    {
        _deadline.Cancel();
        _reports.Writer.Complete();
        try
        {
            while (_reports.Reader.TryRead(out var report))
            {
                if (report.Result is { } result)
                {
                    await DiscardAsync(result);
                }
            }

            await _graph.DiscardAsync().WaitAsync(MostDisposal);
        }
        catch (Exception exception)
        {
            Tell(exception);
        }
        finally
        {
            _deadline.Dispose();
        }
    }

    private async Task DiscardAsync(PartialResult result)
    {
        try
        {
            await result.DiscardAsync();
        }
        catch (Exception exception)
        {
            Tell(exception);
        }
    }

    /// <summary>The response has ended, well or not: what still fails is for the log.</summary>
    private void Tell(Exception exception) => _options.ReportUnexpected(exception, "@stream");

    private sealed record Ended(ExecutionGroup? Task, PartialResult? Result, Exception? Exception, ItemStream? Stream);
}
