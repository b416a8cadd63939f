using System.Globalization;
using System.Text;
using FederatedQuery.Hot.Control.Erasures;

namespace FederatedQuery.Tiering.Erasing;

/// <summary>The proof that an erasure ends with: what was done, and what is beyond its reach.</summary>
internal static class ErasureReport
{
    private const int NamesSaid = 5;

    public sealed record Facts
    {
        public required string Table { get; init; }

        public required ErasureFigures Figures { get; init; }

        /// <summary>Files seen to be gone from the store.</summary>
        public required long FilesDeleted { get; init; }

        public required long Bytes { get; init; }

        /// <summary>Files that are still in the store.</summary>
        public required IReadOnlyList<string> Left { get; init; }

        /// <summary>Cached copies dropped by this process.</summary>
        public required int Copies { get; init; }

        public required IReadOnlyList<string> Forgotten { get; init; }

        public required IReadOnlyList<string> Vacuumed { get; init; }

        public required IReadOnlyList<string> ShownByRefs { get; init; }

        public required int Unreferenced { get; init; }
    }

    public static string Write(Facts facts)
    {
        var figures = facts.Figures;
        var text = new StringBuilder();
        Say($"Erased {figures.HotRows + figures.ColdRows} rows of table '{facts.Table}': {figures.HotRows} hot, {figures.ColdRows} cold.");
        Say($" {figures.FilesRemoved} data files were rewritten as {figures.FilesWritten}, {figures.Snapshots} snapshots expired, {facts.FilesDeleted} files ({facts.Bytes} bytes) deleted from the store and seen to be gone.");
        Say($" Dropped: {string.Join(", ", facts.Forgotten.Append(string.Create(CultureInfo.InvariantCulture, $"{facts.Copies} cached copies")))}.");
        if (facts.Vacuumed.Count > 0)
        {
            Say($" Vacuumed: {string.Join(", ", facts.Vacuumed.Take(NamesSaid))}{(facts.Vacuumed.Count > NamesSaid ? $" and {facts.Vacuumed.Count - NamesSaid} more" : "")}.");
        }

        if (facts.Left.Count > 0)
        {
            Say($" NOT deleted: {facts.Left.Count} files that are kept by somebody else, such as '{facts.Left[0]}'.");
        }

        if (facts.ShownByRefs.Count > 0)
        {
            Say($" The manifests of {string.Join(", ", facts.ShownByRefs.Select(name => $"'{name}'"))} list files as removed that nobody can look into any more, with the bounds of their values: drop these references if that matters.");
        }

        if (facts.Unreferenced > 0)
        {
            Say($" {facts.Unreferenced} files below the table's location belong to no snapshot (work under way, or left by a crash) and were not looked into: orphan removal deletes them.");
        }

        Say($" Out of reach: caches of other gateways for up to a minute, rows that a transaction open since before still sees, PostgreSQL's write-ahead log and free space until they are overwritten, backups, and copies that others made.");
        return text.ToString();

        void Say(FormattableString sentence) => text.Append(sentence.ToString(CultureInfo.InvariantCulture));
    }
}
