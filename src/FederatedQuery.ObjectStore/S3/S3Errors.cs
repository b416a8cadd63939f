using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>The one place where failures of S3 and of the way to it become failures of the store.</summary>
internal static class S3Errors
{
    private const int LongestReason = 300;

    public static ObjectStoreException Translate(Exception error, string storeName, string attempt, string? key)
    {
        var kind = KindOf(error);
        var what = key is null ? $"Could not {attempt} {storeName}" : $"Could not {attempt} '{key}' in {storeName}";
        return new ObjectStoreException(kind, $"{what}: {ReasonOf(error, kind)}", key, error);
    }

    /// <summary>True when the connection or the server failed, rather than the program.</summary>
    public static bool IsFailure(Exception error) =>
        error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException or TimeoutException or OperationCanceledException or WebException
            or System.Xml.XmlException;

    /// <summary>True when other credentials might succeed: they may have been rotated since.</summary>
    public static bool IsCredentialRefusal(Exception error) => error is AmazonServiceException service
        && (service.ErrorCode is "ExpiredToken" or "ExpiredTokenException" or "InvalidAccessKeyId" or "InvalidToken" or "TokenRefreshRequired" or "SignatureDoesNotMatch"
            // An answer to HEAD has no body to tell why.
            || (service.StatusCode == HttpStatusCode.Forbidden && service.ErrorCode is null or "" or "Forbidden"));

    /// <param name="code">An error's code, as one object of a batch may have it too.</param>
    public static ObjectStoreErrorKind KindOf(string? code, HttpStatusCode status) => (code, status) switch
    {
        ("SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "TooManyRequests", _) => ObjectStoreErrorKind.Throttled,
        // Two conditional writes met, or an upload's parts are not settled yet: the same request again decides it.
        ("ConditionalRequestConflict" or "OperationAborted" or "RequestTimeout" or "InternalError" or "ServiceUnavailable", _) => ObjectStoreErrorKind.Unavailable,
        ("NoSuchBucket", _) => ObjectStoreErrorKind.Other,
        ("NoSuchKey", _) => ObjectStoreErrorKind.NotFound,
        ("NoSuchUpload", _) => ObjectStoreErrorKind.Other,
        ("PreconditionFailed", _) => ObjectStoreErrorKind.PreconditionFailed,
        ("KeyTooLongError", _) => ObjectStoreErrorKind.InvalidLocation,
        ("EntityTooLarge", _) => ObjectStoreErrorKind.TooLarge,
        ("QuotaExceeded" or "InsufficientStorage" or "XMinioStorageFull", _) => ObjectStoreErrorKind.StorageFull,
        (_, HttpStatusCode.NotFound) => ObjectStoreErrorKind.NotFound,
        (_, HttpStatusCode.PreconditionFailed) => ObjectStoreErrorKind.PreconditionFailed,
        (_, HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized) => ObjectStoreErrorKind.AccessDenied,
        (_, HttpStatusCode.TooManyRequests) => ObjectStoreErrorKind.Throttled,
        (_, HttpStatusCode.RequestTimeout) => ObjectStoreErrorKind.Unavailable,
        (_, HttpStatusCode.InsufficientStorage) => ObjectStoreErrorKind.StorageFull,
        (_, >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented) => ObjectStoreErrorKind.Unavailable,
        _ => ObjectStoreErrorKind.Other,
    };

    private static ObjectStoreErrorKind KindOf(Exception error) => error switch
    {
        // An answer that was cut off is told as one that cannot be read, with the status that came before it.
        AmazonServiceException { StatusCode: HttpStatusCode.OK or HttpStatusCode.PartialContent or 0 } => ObjectStoreErrorKind.Unavailable,
        AmazonUnmarshallingException => ObjectStoreErrorKind.Unavailable,
        AmazonServiceException service => KindOf(service.ErrorCode, service.StatusCode),
        AmazonClientException client when client.InnerException is { } inner && IsFailure(inner) => KindOf(inner),
        AmazonClientException => ObjectStoreErrorKind.AccessDenied,
        _ => ObjectStoreErrorKind.Unavailable,
    };

    private static string ReasonOf(Exception error, ObjectStoreErrorKind kind) => error switch
    {
        AmazonServiceException { ErrorCode: "NoSuchBucket" } => "there is no such bucket.",
        _ when kind == ObjectStoreErrorKind.NotFound => "there is no such object.",
        _ when kind == ObjectStoreErrorKind.PreconditionFailed => "the condition does not hold (another version of it is there, or none).",
        AmazonServiceException service when (int)service.StatusCode != 0 =>
            $"{service.ErrorCode} ({(int)service.StatusCode}) {Short(service.Message)}",
        AmazonClientException when kind == ObjectStoreErrorKind.AccessDenied => $"no credentials could be had. {Short(error.Message)}",
        OperationCanceledException => "the server did not answer in time.",
        _ => Short(Innermost(error).Message),
    };

    private static Exception Innermost(Exception error) => error.InnerException is { } inner ? Innermost(inner) : error;

    private static string Short(string? text) => text is null ? "" : text.Length > LongestReason ? text[..LongestReason] + "..." : text;
}
