namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>No whole answer came to a request.</summary>
internal sealed class LostAnswerException(RestCall request, bool mayHaveTakenEffect, string reason, Exception? innerException)
    : Exception($"The REST catalog gave no usable answer to {request}: {reason}", innerException)
{
    /// <summary>False: the request was certainly not sent.</summary>
    public bool MayHaveTakenEffect { get; } = mayHaveTakenEffect;

    /// <summary>False: another answer would be no better.</summary>
    public bool MayPass { get; init; } = true;

    public IcebergException ToUnavailable() => new(IcebergErrorKind.Unavailable, Message, InnerException);
}
