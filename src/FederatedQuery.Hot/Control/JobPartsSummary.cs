namespace FederatedQuery.Hot.Control;

/// <summary>Where the parts of a job stand.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Open">Queued or running.</param>
/// <param name="Failed">Failed or cancelled.</param>
/// <param name="WithRows">Those that have done something to rows.</param>
/// <param name="Rows">Of all parts together.</param>
/// <param name="Bytes">Of all parts together.</param>
public sealed record JobPartsSummary(int Total, int Open, int Failed, int WithRows, long Rows, long Bytes);
