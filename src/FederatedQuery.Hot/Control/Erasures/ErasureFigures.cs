namespace FederatedQuery.Hot.Control.Erasures;

/// <summary>What an erasure has done, or one step of it.</summary>
/// <param name="FilesRemoved">Data files that held rows and left the table.</param>
/// <param name="FilesWritten">Data files that took their place.</param>
/// <param name="Snapshots">That were expired.</param>
public sealed record ErasureFigures(long HotRows = 0, long ColdRows = 0, long FilesRemoved = 0, long FilesWritten = 0, long Snapshots = 0);
