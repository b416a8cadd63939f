using System.Collections.Immutable;

namespace FederatedQuery.Hot.Writes;

/// <summary>What tables of PostgreSQL held at one snapshot, as far as is needed to tell later whether they still hold the same.</summary>
/// <param name="Fingerprint">
/// Of everything but the rows: which tables the names meant, their columns, partitions, files, and triggers that note writes. Another one: other content.
/// </param>
/// <param name="Relations">The tables with the partitions and parents whose writes matter.</param>
/// <param name="Snapshot">PostgreSQL's text of the snapshot (<c>pg_snapshot</c>).</param>
/// <param name="Untracked">
/// Why changes of some table cannot be told, as the end of a sentence; null when all are noted. Of a relation without the trigger it is
/// <see cref="IsInstallable"/> that tells.
/// </param>
/// <param name="IsInstallable">True when nothing but missing triggers is in the way: see <see cref="TableWrites.TrackAsync"/>.</param>
public sealed record HotContent(string Fingerprint, ImmutableArray<uint> Relations, string Snapshot, string? Untracked, bool IsInstallable);
