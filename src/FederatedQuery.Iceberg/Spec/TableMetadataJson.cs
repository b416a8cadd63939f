using System.Text.Json;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>Table metadata as JSON (spec: Appendix C, Table Metadata and Snapshots).</summary>
internal static class TableMetadataJson
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    public static TableMetadata Parse(ReadOnlyMemory<byte> utf8Json)
    {
        if (utf8Json.Span.StartsWith(Utf8Mark))
        {
            utf8Json = utf8Json[Utf8Mark.Length..];
        }

        try
        {
            // Deeply nested column types take two levels each.
            using var document = JsonDocument.Parse(utf8Json, new JsonDocumentOptions { MaxDepth = 256 });
            return new TableMetadataReader(document.RootElement).Read();
        }
        catch (JsonException e)
        {
            throw IcebergException.InvalidMetadata($"Table metadata is not valid JSON: {e.Message}", e);
        }
    }

    public static ReadOnlyMemory<byte> Write(TableMetadata metadata)
    {
        if (metadata.FormatVersion == 1)
        {
            throw IcebergException.Unsupported(
                $"Table '{metadata.Location}' is of format version 1, which is read but not written. Upgrade it to version 2 first.");
        }

        return JsonText.WriteBytes(writer => TableMetadataWriter.Write(writer, metadata, isMessage: false));
    }
}
