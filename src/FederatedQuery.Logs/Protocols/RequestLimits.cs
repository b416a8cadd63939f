using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols;

/// <summary>What one request may make of its body.</summary>
internal static class RequestLimits
{
    /// <summary>Bytes of rows. They are stored all or none, so they wait in memory together; records that repeat what they share (a resource, labels) can be many times their body.</summary>
    private const int MostRowBytes = 48 << 20;

    /// <summary>Bytes of JSON that many records get: a resource's attributes, a stream's labels. Metadata may not be longer, so that each of the records would be copied and then rejected.</summary>
    private const int MostSharedBytes = 256 << 10;

    /// <summary>To be called with what records share.</summary>
    /// <param name="what">What it is.</param>
    /// <exception cref="LogRequestException">It is too long: the request is refused.</exception>
    public static void CheckShared(string what, int bytes)
    {
        if (bytes > MostSharedBytes)
        {
            throw new LogRequestException(LogRequestErrorKind.TooLarge, $"{what} are {bytes} bytes as JSON; they may be {MostSharedBytes}. Nothing of the request was taken.");
        }
    }

    /// <summary>To be called after each record.</summary>
    /// <param name="reason">Why it was rejected; null: it was not.</param>
    /// <exception cref="LogRequestException">The request is refused.</exception>
    public static void Check(LogBatchBuilder batch, string? reason)
    {
        if (reason is not null && batch.RejectedCount > LogBatchBuilder.MostReasons)
        {
            // Each costs an exception or a text: a body of nothing else would be minutes of work.
            throw LogRequestException.Malformed(
                $"More than {LogBatchBuilder.MostReasons} records of the request are wrong, the last because: {reason} Nothing of the request was taken.");
        }

        if (batch.PendingBytes > MostRowBytes)
        {
            throw new LogRequestException(
                LogRequestErrorKind.TooLarge,
                $"The request's records take more than {MostRowBytes} bytes as rows, after {batch.Accepted} of them. Nothing was taken; send fewer in one request.");
        }
    }
}
