using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>
/// Posts one GraphQL request over and over on a number of connections, each with one request under way. Bytes on sockets: what the client
/// costs is taken from the same two cores that the server runs on.
/// </summary>
internal sealed class LoadClient(Uri address, string document)
{
    public const int Connections = 32;

    private readonly byte[] _request = Request(address, document);

    /// <summary>Sends one request and gives the body of its answer.</summary>
    public async Task<byte[]> AskAsync(CancellationToken cancellationToken)
    {
        using var connection = await LoadConnection.OpenAsync(address, cancellationToken);
        return (await connection.AskAsync(_request, cancellationToken)).ToArray();
    }

    /// <exception cref="InvalidDataException">An answer is not 200, or is not the one expected.</exception>
    public async Task<Load> RunAsync(TimeSpan duration, byte[] expected, CancellationToken cancellationToken)
    {
        var connections = new List<LoadConnection>();
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                connections.Add(await LoadConnection.OpenAsync(address, cancellationToken));
            }

            var started = Stopwatch.GetTimestamp();
            var times = await Task.WhenAll(connections.Select(connection => Task.Run(
                () => RepeatAsync(connection, started, duration, expected, cancellationToken), cancellationToken)));
            var elapsed = Stopwatch.GetElapsedTime(started);
            var sorted = times.SelectMany(ofConnection => ofConnection).Order().ToArray();
            return new Load(sorted.Length, elapsed, TimeSpan.FromTicks(sorted[sorted.Length / 2]), TimeSpan.FromTicks(sorted[sorted.Length * 99 / 100]));
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    /// <summary>How long each answer took, in ticks of 100 ns.</summary>
    private async Task<List<long>> RepeatAsync(
        LoadConnection connection, long started, TimeSpan duration, byte[] expected, CancellationToken cancellationToken)
    {
        var times = new List<long>(4096);
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var asked = Stopwatch.GetTimestamp();
            var body = await connection.AskAsync(_request, cancellationToken);
            if (!body.Span.SequenceEqual(expected))
            {
                throw new InvalidDataException($"{address} answered '{Encoding.UTF8.GetString(body.Span)}' to '{document}'.");
            }

            times.Add(Stopwatch.GetElapsedTime(asked).Ticks);
        }

        return times;
    }

    private static byte[] Request(Uri address, string document)
    {
        var body = $$"""{"query":"{{document}}"}""";
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST /graphql HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
    }
}
