using System.Collections.Immutable;
using FederatedQuery.Iceberg.Manifests;

namespace FederatedQuery.Iceberg.Transactions;

/// <summary>A data or delete file that a snapshot adds.</summary>
/// <param name="SequenceNumber">The data sequence number where it is not that of the snapshot: rewritten rows keep their age.</param>
internal readonly record struct AddedFile(DataFile File, long? SequenceNumber = null)
{
    /// <summary>Checks that files are what they are given as, each once.</summary>
    /// <exception cref="IcebergException">InvalidMetadata.</exception>
    public static ImmutableArray<AddedFile> Of(ImmutableArray<DataFile> files, bool isData, long? sequenceNumber = null)
    {
        var seen = new HashSet<DataFile>();
        foreach (var file in files)
        {
            var problem = (file.Content == FileContent.Data) != isData ? $"it holds {file.Content}, not {(isData ? "data" : "deletes")}"
                : !seen.Add(file) ? "it is listed twice"
                : null;
            if (problem is not null)
            {
                throw IcebergException.InvalidMetadata($"Cannot add '{file.FilePath}': {problem}.");
            }
        }

        return [.. files.Select(file => new AddedFile(file, sequenceNumber))];
    }
}
