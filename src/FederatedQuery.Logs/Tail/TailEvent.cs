namespace FederatedQuery.Logs.Tail;

/// <summary>What a subscriber gets: a record, or word that some were dropped because it reads too slowly.</summary>
/// <param name="Record">Null: <paramref name="Missed"/> records come to no more.</param>
/// <param name="Cursor">Where to go on after this event; of dropped records, where to go on to get them after all.</param>
/// <param name="Missed">Matching records that were dropped between the event before and the one that follows.</param>
public readonly record struct TailEvent(TailRecord? Record, TailCursor Cursor, long Missed);
