using System.Globalization;
using FederatedQuery.Cold.Scanning;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Iceberg.Expressions;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows.Kept;

/// <summary>Divides the cold files of an aggregate query into those whose partial figures are known and those that are read.</summary>
/// <param name="tiers">Where.</param>
/// <param name="table">Whose files.</param>
/// <param name="columns">That the figures are made of.</param>
/// <param name="partials">The statement of partial figures of a relation's rows which satisfy a predicate.</param>
/// <param name="joined">Makes of a statement of partial figures one in which each group is there once.</param>
internal sealed class KeptFigures(
    TierReader tiers, RegisteredTable table, IReadOnlyList<NestedField> columns, Func<string, RowLayout, Expression, string> partials, Func<string, string> joined)
{
    private readonly RowLayout _layout = new(table, columns.Select(column => column.Id), [], Expression.True);

    /// <summary>How a statement names kept groups.</summary>
    public static string Relation(long lease) => string.Create(CultureInfo.InvariantCulture, $"SELECT * FROM {KeptGroupsFunction.FunctionName}({lease})");

    /// <param name="planned">With the columns that its predicate needs.</param>
    /// <returns>What is known of some of the files, null where nothing is, and the scan of the others, null where there are none.</returns>
    public async Task<(GroupSet? Kept, ColdScan? Others)> FindAsync(ColdScan planned)
    {
        var (files, whole) = (planned.DataFiles, planned.FilesWithAllRows);
        if (RowsOf(whole) < tiers.KeptGroups.LeastRows || tiers.Part(planned, [whole[0]], _layout.Read).Reads is not { } reads)
        {
            return (null, planned);
        }

        var figures = $"{reads}\n{partials("", _layout, Expression.True)}";
        var kept = tiers.KeptGroups.Find(figures, whole.Select(file => files[file].Path).ToHashSet(StringComparer.Ordinal), out var isWorthwhile);
        tiers.Counted(kept?.Files.Count ?? 0);
        var left = whole.Where(file => !IsKept(file)).ToList();
        if (isWorthwhile && RowsOf(left) >= tiers.KeptGroups.LeastRows)
        {
            kept = await CountAsync(figures, kept, left) ?? kept;
        }

        return kept is null ? (null, planned) : (kept, PartOf([.. Enumerable.Range(0, files.Count).Where(file => !IsKept(file))]));

        bool IsKept(int file) => kept is not null && kept.Files.Contains(files[file].Path);

        long RowsOf(IReadOnlyList<int> some) => some.Sum(file => files[file].Rows);

        ColdScan? PartOf(List<int> some) => some.Count == 0 ? null : tiers.Part(planned, some);

        async Task<GroupSet?> CountAsync(string figures, GroupSet? known, List<int> more)
        {
            using var lease = known is null ? null : tiers.KeptGroups.Leases.Add(known);
            var bytes = 0L;
            var (names, chunks) = await tiers.ReadAsync(
                null, tiers.Part(planned, more, _layout.Read),
                (_, coldRows) =>
                {
                    var counted = partials(TierReader.Relation(null, coldRows, _layout), _layout, Expression.True);
                    return lease is null ? counted : joined($"{counted} UNION ALL {Relation(lease.Id)}");
                },
                chunk => (bytes += GroupSet.BytesOf(chunk)) <= tiers.KeptGroups.MaximumSetBytes);
            if (bytes > tiers.KeptGroups.MaximumSetBytes)
            {
                chunks.ForEach(chunk => chunk.Dispose());
                tiers.KeptGroups.Refuse(figures);
                return null;
            }

            var paths = (known?.Files ?? Enumerable.Empty<string>()).Concat(more.Select(file => files[file].Path)).ToHashSet(StringComparer.Ordinal);
            var set = new GroupSet(paths, (known?.Rows ?? 0) + RowsOf(more), names, chunks);
            tiers.KeptGroups.Keep(figures, set);
            return set;
        }
    }
}
