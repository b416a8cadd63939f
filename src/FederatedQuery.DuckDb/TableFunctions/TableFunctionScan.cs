using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.TableFunctions;

/// <summary>One scan, shared by the threads that read it; disposed of when the query is done with it, on any thread.</summary>
public abstract class TableFunctionScan : IDisposable
{
    /// <summary>How many threads may call <see cref="Read"/> at the same time.</summary>
    public virtual int MaximumThreads => 1;

    /// <summary>State of one reading thread, made on it before its first read; disposed of with the scan's query if it is disposable.</summary>
    public virtual object? CreateThreadState() => null;

    /// <summary>
    /// Fills an empty chunk and sets its count; zero ends the scan for this thread. Called from up to <see cref="MaximumThreads"/> threads at once.
    /// </summary>
    public abstract void Read(DataChunk output, object? threadState, CancellationToken cancellationToken);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
