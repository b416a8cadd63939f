using System.Runtime.CompilerServices;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.Benchmarks.GraphQL.Schema;

[SubscriptionType]
public static class CatalogSubscriptions
{
    /// <summary>A text of 200 characters every so often, without end.</summary>
    public static async IAsyncEnumerable<string> Ticks(int milliseconds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(milliseconds));
        var count = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return $"{++count}".PadLeft(200, '.');
        }
    }
}
