namespace FederatedQuery.GraphQL.Batching;

/// <summary>Bounds of a data loader.</summary>
public sealed record DataLoaderOptions
{
    /// <summary>Most keys that one fetch is given; more make several fetches, side by side. Default 1,024; 1 or more.</summary>
    public int MaxBatchSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }
    = 1024;

    /// <summary>
    /// Most keys whose values are kept for later fields of the same operation; beyond it the oldest are forgotten and would be fetched again.
    /// Default 100,000; 0 keeps none.
    /// </summary>
    public int CacheSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
    = 100_000;
}
