using System.Globalization;

namespace FederatedQuery.Logs.Ingest;

/// <summary>A batch was not stored, for its stream is not where the batch begins: most likely it had been stored before, by a COMMIT whose answer was lost.</summary>
internal sealed class StreamMovedException(int stream, long position)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"Stream {stream} is not at record {position} any more; it is looked where it is."));
