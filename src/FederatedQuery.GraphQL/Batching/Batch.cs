namespace FederatedQuery.GraphQL.Batching;

/// <summary>Keys of one data loader that will be fetched together.</summary>
public abstract class Batch
{
    /// <summary>The data loader's class, or the name given to one made ad hoc.</summary>
    public abstract string DataLoaderName { get; }

    /// <summary>The number of keys so far.</summary>
    public abstract int Size { get; }

    /// <summary>Why the whole batch failed; null while it is open and when keys failed by themselves only.</summary>
    public Exception? Failure { get; protected set; }

    /// <summary>Closes the batch and fetches it. Never throws: those who wait for the keys get the exception.</summary>
    public abstract Task DispatchAsync(CancellationToken cancellationToken);

    /// <summary>Closes the batch and cancels all its loads.</summary>
    public abstract void Cancel(CancellationToken cancellationToken);
}
