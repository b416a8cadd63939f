using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The content codings that request bodies may come in (RFC 9110, section 8.4.1).</summary>
internal static class RequestDecompression
{
    public static IReadOnlyList<string> Codings { get; } = ["br", "deflate", "gzip"];

    /// <param name="coding">One coding: bodies compressed twice are not read.</param>
    /// <param name="body">Left open.</param>
    /// <param name="decompressed">Null when false is returned: the coding is unknown.</param>
    public static bool TryOpen(string coding, Stream body, [NotNullWhen(true)] out Stream? decompressed)
    {
        decompressed = coding.ToLowerInvariant() switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress, leaveOpen: true),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress, leaveOpen: true),
            "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress, leaveOpen: true),
            _ => null,
        };
        return decompressed is not null;
    }
}
