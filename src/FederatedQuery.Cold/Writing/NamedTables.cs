using System.Runtime.CompilerServices;
using FederatedQuery.Columns;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Writing;

/// <summary>
/// States of cold tables under the names that their columns have by now where their rows come from: in the seconds until the table's schema has followed, and for those whose description
/// of the source is some seconds old.
/// </summary>
internal static class NamedTables
{
    private static readonly ConditionalWeakTable<TableMetadata, Named> Known = [];

    /// <returns>The same metadata when every column has its name already.</returns>
    public static TableMetadata Of(TableMetadata table, SourceColumns source)
    {
        // Asked for at each read, mostly of the same state by the same description.
        if (Known.TryGetValue(table, out var known) && ReferenceEquals(known.Source, source))
        {
            return known.Table;
        }

        var renames = SourceFields.Of(table, source).RenamesIn(table.CurrentSchema);
        var named = renames.Count == 0 ? table : table.UpdateSchema(update => update.Rename(renames));
        Known.AddOrUpdate(table, new Named(source, named));
        return named;
    }

    private sealed record Named(SourceColumns Source, TableMetadata Table);
}
