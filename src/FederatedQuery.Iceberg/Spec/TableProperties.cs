using System.Globalization;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Table properties that change what this library does.</summary>
public static class TableProperties
{
    /// <summary>How many former metadata files the metadata log keeps; default 100, at least 1.</summary>
    public const string MetadataPreviousVersionsMax = "write.metadata.previous-versions-max";

    public const string DefaultNameMapping = "schema.name-mapping.default";

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
}
