namespace FederatedQuery.Tiering;

/// <summary>Something the caller can put right, said in full: what was asked, what is wrong, what would be right.</summary>
public sealed class TieringException(TieringErrorKind kind, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public TieringErrorKind Kind { get; } = kind;

    public bool IsRetryable => Kind == TieringErrorKind.Busy;

    internal static TieringException NoJob(Guid id) => new(TieringErrorKind.JobNotFound, $"There is no job {id}; `jobs` lists those there are.");
}
