namespace FederatedQuery.Federation.Queries;

/// <summary>What is around every read: QUERY_TIMEOUT, a second run where the first met something that is put right, and one vocabulary of failures.</summary>
internal sealed class BoundedRun(TimeSpan limit, TimeProvider time)
{
    /// <param name="sql">The statement as written, for places in it; null: there is none.</param>
    /// <param name="run">Given whether to read all columns of the tables, whichever the statement seems to use.</param>
    /// <exception cref="FederatedQueryException">Every failure, but for the caller's own cancellation.</exception>
    public async Task<T> RunAsync<T>(string? sql, CancellationToken cancellationToken, Func<bool, CancellationToken, Task<T>> run)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            try
            {
                return await run(false, both.Token);
            }
            catch (RunAgainException again)
            {
                return await run(again.ReadsAllColumns, both.Token);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (timeout.IsCancellationRequested)
        {
            throw FailureTranslation.TimedOut(limit, error);
        }
        catch (Exception error)
        {
            throw FailureTranslation.Translate(error, sql);
        }
    }
}
