using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>
/// Calls of the SDK with a deadline for each attempt, failures translated, transient ones tried again after a pause of random length.
/// Safe for concurrent use.
/// </summary>
internal sealed partial class S3Calls(S3Options options, string storeName, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Slower sending than this, in bytes a second, counts as a failure.</summary>
    private const double SlowestSending = 64 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>A policy that denies is not taken for stale credentials more often than this.</summary>
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(5);

    private long _renewedAt = long.MinValue;

    public AmazonS3Client Client { get; } = S3ClientFactory.Create(options);

    public S3Options Options => options;

    public string StoreName => storeName;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Attempts until one succeeds, one fails for good or patience ends.</summary>
    /// <param name="attempt">What is tried, as it ends "Could not ...": <c>read</c>.</param>
    /// <param name="key">Null: the call is about the bucket.</param>
    /// <param name="sentBytes">Size of what is sent: adds to the deadline.</param>
    /// <param name="call">One attempt. May be called several times.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ObjectStoreException">Every failure.</exception>
    public Task<T> RunAsync<T>(string attempt, string? key, long sentBytes, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RetryAsync(token => AttemptAsync(attempt, key, sentBytes, call, token), cancellationToken);

    /// <summary>Repeats what fails with a retryable <see cref="ObjectStoreException"/>.</summary>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await attempt(cancellationToken);
            }
            catch (ObjectStoreException error) when (error.IsRetryable && failures <= options.MaxRetries)
            {
                await PauseAsync(error, failures, cancellationToken);
            }
        }
    }

    /// <summary>One attempt, its failures translated.</summary>
    public async Task<T> AttemptAsync<T>(
        string attempt, string? key, long sentBytes, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var activity = S3Trace.Begin(attempt, storeName, sentBytes);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(options.RequestTimeout + TimeSpan.FromSeconds(sentBytes / SlowestSending));
        try
        {
            try
            {
                return await call(deadline.Token);
            }
            catch (AmazonServiceException refused) when (S3Errors.IsCredentialRefusal(refused) && TryRenewCredentials())
            {
                return await call(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error) when (S3Errors.IsFailure(error))
        {
            throw S3Trace.Failed(activity, S3Errors.Translate(error, storeName, attempt, key));
        }
    }

    /// <summary>Waits before the next attempt: up to 0.1, 0.2, 0.4 s and so on, four times that when the store asks for less.</summary>
    public Task PauseAsync(ObjectStoreException error, int failures, CancellationToken cancellationToken)
    {
        var limit = FirstPause * Math.Pow(2, failures - 1) * (error.Kind == ObjectStoreErrorKind.Throttled ? 4 : 1);
        var pause = (limit < options.MaxRetryDelay ? limit : options.MaxRetryDelay) * Random.Shared.NextDouble();
        LogRetry(logger, error.Message, failures, pause.TotalMilliseconds);
        return Task.Delay(pause, time, cancellationToken);
    }

    public void Dispose() => Client.Dispose();

    /// <summary>
    /// The SDK keeps temporary credentials until shortly before their end; refused ones may have been replaced before. True when the
    /// chain will be asked afresh.
    /// </summary>
    private bool TryRenewCredentials()
    {
        var last = Interlocked.Read(ref _renewedAt);
        if (last != long.MinValue && time.GetElapsedTime(last) < RenewalInterval)
        {
            return false;
        }

        // Those that the client itself signs with.
        var resolver = Client.Config.IdentityResolverConfiguration.GetIdentityResolver<AWSCredentials>();
        if ((options.Credentials ?? resolver.ResolveIdentity(Client.Config)) is not RefreshingAWSCredentials temporary)
        {
            return false;
        }

        Interlocked.Exchange(ref _renewedAt, time.GetTimestamp());
        temporary.ClearCredentials();
        LogRenewal(logger, storeName);
        return true;
    }

    [LoggerMessage(1, LogLevel.Debug, "{Error} Attempt {Failures} failed; the next follows in {PauseMilliseconds:F0} ms.")]
    private static partial void LogRetry(ILogger logger, string error, int failures, double pauseMilliseconds);

    [LoggerMessage(2, LogLevel.Information, "{Store} refused the credentials; they are asked for again.")]
    private static partial void LogRenewal(ILogger logger, string store);
}
