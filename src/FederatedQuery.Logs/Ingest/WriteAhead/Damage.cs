namespace FederatedQuery.Logs.Ingest.WriteAhead;

/// <summary>Records that had been acknowledged and cannot be read any more: the disk has changed or lost them.</summary>
/// <param name="Path">The segment.</param>
/// <param name="Offset">Where in it.</param>
/// <param name="FirstSequence">Of the first record that is lost.</param>
/// <param name="EndSequence">After the last one.</param>
internal sealed record Damage(string Path, long Offset, long FirstSequence, long EndSequence);
