using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Tests.Transports.WebSockets;

/// <summary>What a test sees of the sources that its clients opened, by a name that the test makes up.</summary>
public sealed class SourceProbe
{
    private static readonly ConcurrentDictionary<string, SourceProbe> All = new();

    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _events;

    public string Name { get; } = Guid.NewGuid().ToString("N");

    public Task Disposed => _disposed.Task.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Taken from the source so far.</summary>
    public int Events => Volatile.Read(ref _events);

    public static SourceProbe Create()
    {
        var probe = new SourceProbe();
        All[probe.Name] = probe;
        return probe;
    }

    public static async IAsyncEnumerable<string> RunAsync(string name, int size, int milliseconds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var probe = All.GetOrAdd(name, static _ => new SourceProbe());
        var text = new string('x', size);
        try
        {
            while (true)
            {
                if (milliseconds > 0)
                {
                    await Task.Delay(milliseconds, cancellationToken);
                }
                else
                {
                    await Task.Yield();
                }

                Interlocked.Increment(ref probe._events);
                yield return text;
            }
        }
        finally
        {
            probe._disposed.TrySetResult();
        }
    }
}

[SubscriptionType]
public static class ProbeSubscriptions
{
    public static IAsyncEnumerable<string> Ticks(string probe, int size = 1, int milliseconds = 1, CancellationToken cancellationToken = default) =>
        SourceProbe.RunAsync(probe, size, milliseconds, cancellationToken);

    public static async IAsyncEnumerable<int> Breaks()
    {
        yield return 1;
        await Task.Yield();
        throw new InvalidOperationException("secret");
    }

    public static async IAsyncEnumerable<int> Never([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield return 1;
    }
}

[QueryType]
public static class ProbeQueries
{
    public static string WhoAmI(IResolverContext context) => context.ContextData.TryGetValue("user", out var user) ? (string)user! : "nobody";

    public static async Task<string> WaitForever(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "never";
    }

    /// <summary>JSON that is written as it is made, in flushed parts of 10 kB.</summary>
    public static LongText Long(int parts, int failAt = -1, bool tellsWhy = false) => new LongText(parts, failAt, tellsWhy);
}

public sealed class LongText(int parts, int failAt, bool tellsWhy) : IJsonStream
{
    public async Task WriteToAsync(System.IO.Pipelines.PipeWriter output, CancellationToken cancellationToken)
    {
        var part = new byte[10_000];
        part.AsSpan().Fill((byte)'x');
        await output.WriteAsync("\""u8.ToArray(), cancellationToken);
        for (var i = 0; i < parts; i++)
        {
            if (i == failAt)
            {
                throw tellsWhy ? new GraphQLException("why") : new InvalidOperationException("secret");
            }

            await Task.Yield();
            await output.WriteAsync(part, cancellationToken);
        }

        await output.WriteAsync("\""u8.ToArray(), cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
