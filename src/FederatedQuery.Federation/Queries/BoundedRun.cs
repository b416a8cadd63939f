using FederatedQuery.Federation.Reading;
using FederatedQuery.Federation.Telemetry;

namespace FederatedQuery.Federation.Queries;

/// <summary>What is around every read: QUERY_TIMEOUT, a second run where the first met something that is put right, one vocabulary of failures, and its figures.</summary>
internal sealed class BoundedRun(TimeSpan limit, TimeProvider time, ReadTelemetry telemetry)
{
    public const string QuerySpan = "federation.query";
    public const string SessionSpan = "federation.session";

    /// <param name="sql">The statement as written, for places in it; null: there is none.</param>
    /// <param name="asked">Where rows are asked from.</param>
    /// <param name="run">Given whether to read all columns of the tables, whichever the statement seems to use.</param>
    /// <param name="span">What is done, for traces.</param>
    /// <exception cref="FederatedQueryException">Every failure, but for the caller's own cancellation.</exception>
    public async Task<T> RunAsync<T>(
        string? sql, DataSource asked, CancellationToken cancellationToken, Func<bool, CancellationToken, Task<T>> run, string span = QuerySpan)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var read = telemetry.Begin(span, asked);
        try
        {
            var result = await RunTwiceAsync(run, both.Token);
            read.Succeeded(result);
            return result;
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error)
        {
            var failure = timeout.IsCancellationRequested ? FailureTranslation.TimedOut(limit, error) : FailureTranslation.Translate(error, sql);
            read.Failed(failure);
            throw failure;
        }
    }

    private static async Task<T> RunTwiceAsync<T>(Func<bool, CancellationToken, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            return await run(false, cancellationToken);
        }
        catch (RunAgainException again)
        {
            return await run(again.ReadsAllColumns, cancellationToken);
        }
        catch (ColumnsChangedException)
        {
            return await run(false, cancellationToken);
        }
    }
}
