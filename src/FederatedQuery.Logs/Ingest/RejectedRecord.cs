namespace FederatedQuery.Logs.Ingest;

/// <summary>A record that was not taken in.</summary>
/// <param name="Index">Its place among the records of the request, from 0.</param>
/// <param name="Reason">A full sentence for its sender.</param>
public sealed record RejectedRecord(int Index, string Reason);
