using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Playground;

/// <summary>
/// GraphiQL's files, read and compressed once. <see cref="Version"/> is part of their address, so that a browser may keep them for good and
/// yet has the new ones after an update. Immutable.
/// </summary>
internal sealed class PlaygroundAssets
{
    private const string Brotli = "br";
    private const string Gzip = "gzip";

    private readonly FrozenDictionary<string, Asset> _assets;

    private PlaygroundAssets(FrozenDictionary<string, Asset> assets, string version)
    {
        _assets = assets;
        Version = version;
    }

    /// <summary>A hash of all files.</summary>
    public string Version { get; }

    /// <exception cref="IOException">The files are not there: the gateway was not built with them.</exception>
    public static PlaygroundAssets Load(string folder)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var content = File.ReadAllBytes(path);
            all.AppendData(Encoding.UTF8.GetBytes(name));
            all.AppendData(content);
            assets.Add(name, Asset.Of(ContentTypeOf(name), content));
        }

        return new PlaygroundAssets(assets.ToFrozenDictionary(StringComparer.Ordinal), ShortHash(all.GetCurrentHash()));
    }

    /// <summary>One file, in the smallest encoding that the browser accepts.</summary>
    public IResult Serve(string version, string name, HttpContext context)
    {
        if (!_assets.TryGetValue(name, out var asset))
        {
            return Results.NotFound();
        }

        var headers = context.Response.Headers;
        // During an update of several gateways one may be asked for the files of another.
        headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        var encoding = EncodingFor(context.Request);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        var (content, tag) = encoding switch
        {
            Brotli => (asset.Brotli, $"\"{asset.Hash}-br\""),
            Gzip => (asset.Gzip, $"\"{asset.Hash}-gzip\""),
            _ => (asset.Content, $"\"{asset.Hash}\""),
        };
        return Results.Bytes(content, asset.ContentType, entityTag: new EntityTagHeaderValue(tag));
    }

    private static string? EncodingFor(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(item => item.Quality is not 0).Select(item => item.Value.ToString()).ToList();
        return accepted.Contains(Brotli, StringComparer.OrdinalIgnoreCase) ? Brotli
            : accepted.Contains(Gzip, StringComparer.OrdinalIgnoreCase) ? Gzip
            : null;
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"A file of the playground ends with '{other}', which has no content type here."),
    };

    private static string ShortHash(byte[] hash) => Convert.ToHexStringLower(hash)[..16];

    private sealed record Asset(string ContentType, string Hash, byte[] Content, byte[] Gzip, byte[] Brotli)
    {
        public static Asset Of(string contentType, byte[] content) => new(
            contentType,
            ShortHash(SHA256.HashData(content)),
            content,
            Compress(content, output => new GZipStream(output, CompressionLevel.Optimal)),
            Compress(content, output => new BrotliStream(output, CompressionLevel.Optimal)));

        private static byte[] Compress(byte[] content, Func<Stream, Stream> open)
        {
            using var output = new MemoryStream();
            using (var compressing = open(output))
            {
                compressing.Write(content);
            }

            return output.ToArray();
        }
    }
}
