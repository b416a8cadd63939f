using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Table properties that change what this library does.</summary>
public static class TableProperties
{
    /// <summary>How many former metadata files the metadata log keeps; default 100, at least 1.</summary>
    public const string MetadataPreviousVersionsMax = "write.metadata.previous-versions-max";

    /// <summary>About how large data files become; default 512 MiB.</summary>
    public const string TargetFileSizeBytes = "write.target-file-size-bytes";

    public const string DefaultNameMapping = "schema.name-mapping.default";

    /// <summary>Whether commits put small manifests together; default true.</summary>
    public const string ManifestMergeEnabled = "commit.manifest-merge.enabled";

    /// <summary>How many of the newest manifests there must be before they are put together; default 100.</summary>
    public const string ManifestMinCountToMerge = "commit.manifest.min-count-to-merge";

    /// <summary>About how long a manifest becomes that is put together from others; default 8 MiB.</summary>
    public const string ManifestTargetSizeBytes = "commit.manifest.target-size-bytes";

    /// <summary>How old the snapshots of a branch become before they expire; default 5 days.</summary>
    public const string MaxSnapshotAgeMs = "history.expire.max-snapshot-age-ms";

    /// <summary>How many snapshots of a branch are kept whatever their age; default 1.</summary>
    public const string MinSnapshotsToKeep = "history.expire.min-snapshots-to-keep";

    /// <summary>How old the snapshot of a tag or branch becomes before the reference is dropped; default: it never is.</summary>
    public const string MaxRefAgeMs = "history.expire.max-ref-age-ms";

    /// <summary>Whether files of the table may be deleted at all; default true. Tables whose files others share say false.</summary>
    public const string GarbageCollectionEnabled = "gc.enabled";

    /// <summary>Whether files that nothing names any more may be deleted.</summary>
    public static bool MayDeleteFiles(this TableMetadata metadata) => metadata.ReadBoolean(GarbageCollectionEnabled, defaultValue: true);

    /// <summary>What <see cref="TargetFileSizeBytes"/> says.</summary>
    /// <exception cref="IcebergException">InvalidMetadata: it is no number.</exception>
    public static long TargetFileBytes(this TableMetadata metadata, long defaultValue) => metadata.ReadLong(TargetFileSizeBytes, defaultValue);

    internal static int ReadInt(this TableMetadata metadata, string property, int defaultValue)
    {
        if (!metadata.Properties.TryGetValue(property, out var text))
        {
            return defaultValue;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw IcebergException.InvalidMetadata($"The table property '{property}' is '{text}'; an int is expected.");
    }

    internal static long ReadLong(this TableMetadata metadata, string property, long defaultValue)
    {
        if (!metadata.Properties.TryGetValue(property, out var text))
        {
            return defaultValue;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw IcebergException.InvalidMetadata($"The table property '{property}' is '{text}'; a long is expected.");
    }

    /// <summary>Anything but <c>true</c> is false, as in other implementations.</summary>
    internal static bool ReadBoolean(this TableMetadata metadata, string property, bool defaultValue) =>
        metadata.Properties.TryGetValue(property, out var text) ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : defaultValue;
}
