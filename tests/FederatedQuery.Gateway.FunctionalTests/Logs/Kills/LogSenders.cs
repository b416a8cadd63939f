using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FederatedQuery.Gateway.FunctionalTests.Logs.Kills;

/// <summary>Posts single log records at an even pace on many connections, whatever becomes of them, and knows which were acknowledged.</summary>
internal sealed class LogSenders(Uri gateway, int connections, int perSecond)
{
    private static readonly TimeSpan AfterAFailure = TimeSpan.FromMilliseconds(100);

    private readonly List<int>[] _acknowledged = [.. Enumerable.Range(0, connections).Select(_ => new List<int>())];
    private readonly int[] _sent = new int[connections];
    private int _refused;
    private int _broken;

    /// <summary>Answered with 429 or 503.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Without an answer, the connection having broken or not come about.</summary>
    public int Broken => Volatile.Read(ref _broken);

    /// <summary>Messages of the acknowledged records. After the run.</summary>
    public IEnumerable<string> Acknowledged => _acknowledged.SelectMany((numbers, sender) => numbers.Select(number => Message(sender, number)));

    /// <summary>Whether a record of such a message was ever sent.</summary>
    public bool HasSent(string message) =>
        message.Split('-') is [var sender, var number] && int.TryParse(sender, out var at) && int.TryParse(number, out var n) && n < _sent[at];

    /// <summary>One record, before the run.</summary>
    public async Task SendFirstAsync()
    {
        using var client = NewClient();
        _acknowledged[0].Add(_sent[0]);
        Assert.True(await TryPostAsync(client, Message(0, _sent[0]++)));
    }

    public async Task RunAsync(CancellationToken ending)
    {
        using var client = NewClient();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(sender => Task.Run(() => SendAsync(client, sender, ending), CancellationToken.None)));
    }

    private HttpClient NewClient() =>
        new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(45) };

    private static string Message(int sender, int number) => $"{sender}-{number}";

    private async Task SendAsync(HttpClient client, int sender, CancellationToken ending)
    {
        var interval = TimeSpan.FromSeconds((double)connections / perSecond);
        var (started, due) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        while (!ending.IsCancellationRequested)
        {
            var number = _sent[sender]++;
            if (await TryPostAsync(client, Message(sender, number)))
            {
                _acknowledged[sender].Add(number);
            }
            else
            {
                await Task.Delay(AfterAFailure, CancellationToken.None);
            }

            due += interval;
            var now = Stopwatch.GetElapsedTime(started);
            if (due > now)
            {
                await Task.Delay(due - now, CancellationToken.None);
            }
            else if (now - due > TimeSpan.FromSeconds(1))
            {
                // What could not be sent while nobody answered is not made up for.
                due = now;
            }
        }
    }

    private async Task<bool> TryPostAsync(HttpClient client, string message)
    {
        try
        {
            using var content = new ByteArrayContent(Encoding.ASCII.GetBytes($$"""{"message":"{{message}}"}"""));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await client.PostAsync(new Uri("/logs", UriKind.Relative), content, CancellationToken.None);
            switch (response.StatusCode)
            {
                case HttpStatusCode.Accepted:
                    return true;
                case HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable:
                    Interlocked.Increment(ref _refused);
                    return false;
                default:
                    throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
        }
        catch (HttpRequestException)
        {
            // The process is gone, before or after it took the record.
            Interlocked.Increment(ref _broken);
            return false;
        }
    }
}
