using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Manifests;
using FederatedQuery.Iceberg.Scan;

namespace FederatedQuery.Cold.Scanning;

/// <summary>What tables may have that is not read here. Refused before anything is read: half of a table's rows would be a wrong answer.</summary>
internal static class Refused
{
    /// <exception cref="IcebergException">Unsupported, naming the file and what it needs.</exception>
    public static void Check(ScanTask task)
    {
        Check(task.File, "Data file", DataFile.Parquet);
        foreach (var delete in task.Deletes)
        {
            Check(delete.File, delete.File.IsDeletionVector ? "Deletion vector" : "Delete file", delete.File.IsDeletionVector ? DataFile.Puffin : DataFile.Parquet);
        }
    }

    private static void Check(DataFile file, string kind, string format)
    {
        if (file.FileFormat != format)
        {
            throw new IcebergException(
                IcebergErrorKind.Unsupported, $"{kind} '{file.FilePath}' is of format {file.FileFormat.ToUpperInvariant()}, which is not read; {format.ToUpperInvariant()} is.");
        }

        if (file.KeyMetadata is not null)
        {
            throw new IcebergException(IcebergErrorKind.Unsupported, $"{kind} '{file.FilePath}' is encrypted; encrypted files are not read.");
        }
    }
}
