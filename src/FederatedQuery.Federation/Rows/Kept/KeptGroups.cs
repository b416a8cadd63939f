using System.Collections.Immutable;
using FederatedQuery.DuckDb.TableFunctions;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Federation.Rows.Kept;

/// <summary>
/// Partial figures of data files that count with all their rows: a file never changes, so that what was counted of it once need not be read again. Figures are kept from the second time
/// on that the same ones are asked for, in bounded memory. Thread-safe.
/// </summary>
public sealed class KeptGroups
{
    /// <summary>Of memory, for all figures together.</summary>
    public const long MaximumBytes = 32L << 20;

    private const int MostSets = 4;

    /// <summary>Of an entry without a set.</summary>
    private const long EntryBytes = 1024;

    private volatile SizeBoundedCache<Entry> _entries = NewCache();

    /// <summary>Of memory, for one set: figures that come in more groups are little less than the rows.</summary>
    internal long MaximumSetBytes { get; set; } = 4L << 20;

    /// <summary>Files with fewer rows than that, all together, are read each time.</summary>
    internal long LeastRows { get; set; } = 100_000;

    /// <summary>Sets that statements may name by id in <c>kept_groups(id)</c>.</summary>
    internal Leases<GroupSet> Leases { get; } = new();

    /// <summary>Bytes of memory taken.</summary>
    public long Bytes => _entries.Bytes;

    /// <summary>All that was kept, whichever table it is of: what it was made from may have been erased.</summary>
    /// <returns>How many figures there were.</returns>
    public Task<long> ForgetAsync(TableIdentifier table, CancellationToken cancellationToken)
    {
        var former = _entries;
        _entries = NewCache();
        return Task.FromResult((long)former.Count);
    }

    /// <summary>The same once more, for figures that a query which had begun before has kept since.</summary>
    /// <returns>No files: there are none.</returns>
    public async Task<IReadOnlyList<string>> PurgeAsync(TableIdentifier table, CancellationToken cancellationToken)
    {
        await ForgetAsync(table, cancellationToken);
        return [];
    }

    /// <summary>The largest set of the figures whose files are all among those given.</summary>
    /// <param name="figures">What they are, and of which columns of which table.</param>
    /// <param name="files">Paths.</param>
    /// <param name="isWorthwhile">Whether the same figures have been asked for before, and are not too large to be kept.</param>
    internal GroupSet? Find(string figures, IReadOnlySet<string> files, out bool isWorthwhile)
    {
        if (!_entries.TryGet(figures, out var entry))
        {
            _entries.Add(figures, new Entry([], IsTooLarge: false));
            isWorthwhile = false;
            return null;
        }

        isWorthwhile = !entry.IsTooLarge;
        return entry.Sets.Where(set => set.Files.IsSubsetOf(files)).MaxBy(set => set.Rows);
    }

    /// <summary>In place of the least recently added one, where there are too many.</summary>
    internal void Keep(string figures, GroupSet set)
    {
        var entries = _entries;
        var sets = entries.TryGet(figures, out var entry) ? entry.Sets : [];
        entries.Add(figures, new Entry([set, .. sets.Where(other => !other.Files.IsSubsetOf(set.Files)).Take(MostSets - 1)], IsTooLarge: false));
    }

    /// <summary>Figures of these files take more than <see cref="MaximumSetBytes"/>; sets of fewer files stay.</summary>
    internal void Refuse(string figures)
    {
        var entries = _entries;
        entries.Add(figures, new Entry(entries.TryGet(figures, out var entry) ? entry.Sets : [], IsTooLarge: true));
    }

    private static SizeBoundedCache<Entry> NewCache() => new(MaximumBytes, entry => EntryBytes + entry.Sets.Sum(set => set.Bytes), Timeout.InfiniteTimeSpan);

    private sealed record Entry(ImmutableArray<GroupSet> Sets, bool IsTooLarge);
}
