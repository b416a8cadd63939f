using System.Globalization;
using FederatedQuery.Cold;
using FederatedQuery.Cold.Statistics;
using FederatedQuery.Federation;
using FederatedQuery.Gateway.Typed.Rows;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>Pages of a table's cold files and partitions. The pages that follow the first are of the same snapshot.</summary>
internal static class TableFiles
{
    public static async Task<TablePartitionConnection> PartitionsAsync(ColdTable? table, PageArguments page, ColdFileLists lists, CancellationToken cancellationToken)
    {
        var (at, list) = await ReadAsync(table, page, lists, cancellationToken);
        var partitions = list.Partitions();
        var nodes = partitions.Skip(at).Take(page.Count)
            .Select(one => new TablePartition(one.Partition.Path, one.Partition.Spec.SpecId, one.Files, one.Deletes, one.Rows, one.Bytes)).ToList();
        return new TablePartitionConnection(nodes, InfoOf(list, at, nodes.Count, partitions.Count), partitions.Count);
    }

    public static async Task<TableFileConnection> FilesAsync(ColdTable? table, string? partition, PageArguments page, ColdFileLists lists, CancellationToken cancellationToken)
    {
        var (at, list) = await ReadAsync(table, page, lists, cancellationToken);
        var files = list.Files(partition);
        var nodes = files.Skip(at).Take(page.Count)
            .Select(one => new TableFile(
                one.File.FilePath, one.File.FileFormat, one.Partition.Path, one.Partition.Spec.SpecId, one.Deletes, one.File.RecordCount, one.File.FileSizeInBytes, one.AddedAt)).ToList();
        return new TableFileConnection(nodes, InfoOf(list, at, nodes.Count, files.Count), files.Count);
    }

    private static async Task<(int At, ColdFileList List)> ReadAsync(ColdTable? table, PageArguments page, ColdFileLists lists, CancellationToken cancellationToken)
    {
        var (snapshotId, at) = page.After is { } cursor ? Read(cursor) : (null, 0);
        if (table is null)
        {
            return (0, new ColdFileList(null, []));
        }

        return snapshotId is { } id && table.Metadata.FindSnapshot(id) is null
            ? throw new FederatedQueryException(FailureKind.BadArgument, $"`after` is '{page.After}'; it is of snapshot {id}, which the table has no more. Begin again without it.")
            : (at, await lists.ReadAsync(table, snapshotId, cancellationToken));
    }

    private static PageInfo InfoOf(ColdFileList list, int at, int count, int total) => count == 0
        ? PageInfo.Empty with { HasPreviousPage = at > 0 && total > 0 }
        : new PageInfo(at + count < total, at > 0, Cursor(list, at + 1), Cursor(list, at + count));

    /// <summary>After so many of the snapshot's.</summary>
    private static string Cursor(ColdFileList list, int position) => string.Create(CultureInfo.InvariantCulture, $"{list.SnapshotId}.{position}");

    private static (long? SnapshotId, int Position) Read(string cursor)
    {
        var parts = cursor.Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? (id, position)
            : throw new FederatedQueryException(FailureKind.BadArgument, $"`after` is '{cursor}'; it must be the `endCursor` of a page of this field.");
    }
}

internal sealed record TablePartition(string Path, int SpecId, int Files, int DeleteFiles, long Rows, long Bytes);

internal sealed record TablePartitionConnection(IReadOnlyList<TablePartition> Nodes, PageInfo PageInfo, int TotalCount);

/// <param name="AddedAt">Null: the snapshot that added it has expired.</param>
internal sealed record TableFile(string Path, string Format, string Partition, int SpecId, int DeleteFiles, long Rows, long Bytes, DateTimeOffset? AddedAt);

internal sealed record TableFileConnection(IReadOnlyList<TableFile> Nodes, PageInfo PageInfo, int TotalCount);
