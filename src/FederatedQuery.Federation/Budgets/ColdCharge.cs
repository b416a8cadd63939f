using FederatedQuery.Hot.Control;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Federation.Budgets;

/// <summary>
/// Bytes taken from a caller's budget before they are read. Given back when this is disposed of, unless <see cref="Keep"/> was called: a query that ends before it
/// has opened a file costs nothing. Where the process dies in between, they stay taken.
/// </summary>
internal sealed partial class ColdCharge : IAsyncDisposable
{
    /// <summary>For giving back, whatever became of the query.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ColdUsageStore? _usage;
    private readonly ColdUsage? _taken;
    private readonly ILogger? _logger;
    private bool _isKept;

    private ColdCharge(long bytes, ColdUsageStore? usage, ColdUsage? taken, ILogger? logger) => (Bytes, _usage, _taken, _logger) = (bytes, usage, taken, logger);

    /// <summary>What the query is charged for; counted only where callers have budgets.</summary>
    public long Bytes { get; }

    public static ColdCharge Uncounted(long bytes) => new(bytes, null, null, null);

    public static ColdCharge Of(long bytes, ColdUsageStore usage, ColdUsage taken, ILogger logger) => new(bytes, usage, taken, logger);

    public void Keep() => _isKept = true;

    public async ValueTask DisposeAsync()
    {
        if (_isKept || _usage is null || _taken is null)
        {
            return;
        }

        _isKept = true;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _usage.GiveBackAsync(_taken, Bytes, patience.Token);
        }
        catch (Exception error)
        {
            // The query has an answer or a failure of its own, which this must not hide; the caller has paid for what he did not get.
            Log.NotGivenBack(_logger!, error, Bytes, _taken.Caller);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(FederationEventId.ChargeNotGivenBack, LogLevel.Warning, "{Bytes} bytes could not be given back to the budget of '{Caller}'; they come back with the next day")]
        public static partial void NotGivenBack(ILogger logger, Exception error, long bytes, string caller);
    }
}
