using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Logs.Kills;

/// <summary>Tails a gateway that dies now and then, as a browser does: it comes again with the last id that it has seen.</summary>
internal sealed class TailFollower(GatewayProcess gateway)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, int> _seen = [];
    private volatile int _count;
    private string? _last;

    /// <summary>Records so far.</summary>
    public int Count => _count;

    /// <summary>How often it subscribed.</summary>
    public int Subscriptions { get; private set; }

    /// <summary>How often each message came. After the run.</summary>
    public IReadOnlyDictionary<string, int> Seen => _seen;

    public async Task RunAsync(CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                await using var stream = await TailStream.OpenAsync(gateway, "?replay=10", _last);
                Subscriptions++;
                while (Take(await stream.NextAsync().WaitAsync(ending)))
                {
                }
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException or InvalidOperationException)
            {
                // Killed, or starting.
                await Task.Delay(Pause, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // At the end, or when there was nothing for long.
            }
        }
    }

    /// <returns>False: subscribe anew.</returns>
    private bool Take(TailEventText next)
    {
        switch (next.Name)
        {
            case "message":
                var message = next.Data.GetProperty("message").GetString()!;
                _seen[message] = _seen.GetValueOrDefault(message) + 1;
                _last = next.Id;
                _count++;
                return true;
            case "missed":
                // With what it was told to go on from: those that were dropped come then.
                _last = next.Data.GetProperty("cursor").GetString();
                return false;
            default:
                return false;
        }
    }
}
