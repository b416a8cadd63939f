using System.Security.Cryptography;
using System.Text;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>ETags of table metadata: metadata files are immutable, so the location is the version.</summary>
public static class TableTag
{
    /// <param name="metadataLocation">The table's metadata file.</param>
    /// <param name="representation">What of the metadata is sent, where that may differ.</param>
    /// <returns>Quoted, as the header has it.</returns>
    public static string Of(string metadataLocation, string representation)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{representation}\n{metadataLocation}"));
        return $"\"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}\"";
    }

    /// <summary>Whether an If-None-Match header names the tag, compared weakly (RFC 9110).</summary>
    public static bool Matches(string? ifNoneMatch, string tag) =>
        ifNoneMatch is not null
        && ifNoneMatch.Split(',', StringSplitOptions.TrimEntries).Any(one => one == "*" || (one.StartsWith("W/", StringComparison.Ordinal) ? one[2..] : one) == tag);
}
