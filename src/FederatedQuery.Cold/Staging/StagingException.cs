namespace FederatedQuery.Cold.Staging;

/// <summary>Rows that cannot be read or taken as they are; the message says which and why, for the one who gave them.</summary>
public sealed class StagingException(string message, Exception? innerException = null) : Exception(message, innerException);
