namespace FederatedQuery.Iceberg;

/// <summary>A table, a file, a value or an expression that does not follow the Iceberg specification, or a commit that did not happen.</summary>
public sealed class IcebergException : Exception
{
    public IcebergException(IcebergErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    public IcebergErrorKind Kind { get; }

    /// <summary>True when nothing was done and the same attempt on reloaded metadata may succeed.</summary>
    public bool IsRetryable => Kind == IcebergErrorKind.CommitConflict;

    internal static IcebergException InvalidMetadata(string message, Exception? innerException = null) =>
        new(IcebergErrorKind.InvalidMetadata, message, innerException);

    internal static IcebergException InvalidValue(string message, Exception? innerException = null) =>
        new(IcebergErrorKind.InvalidValue, message, innerException);

    internal static IcebergException ValidationFailed(string message) => new(IcebergErrorKind.ValidationFailed, message);

    internal static IcebergException InvalidExpression(string message) => new(IcebergErrorKind.InvalidExpression, message);

    internal static IcebergException Unsupported(string message) => new(IcebergErrorKind.Unsupported, message);
}
