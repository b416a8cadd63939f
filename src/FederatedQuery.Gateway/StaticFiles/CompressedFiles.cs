using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.StaticFiles;

/// <summary>
/// The files of a folder for browsers, read once; each is compressed when it is first asked for. Safe for concurrent use, and bounded by the folder.
/// </summary>
internal sealed class CompressedFiles
{
    private const string Brotli = "br";
    private const string Gzip = "gzip";

    private readonly FrozenDictionary<string, CompressedFile> _files;

    private CompressedFiles(FrozenDictionary<string, CompressedFile> files, string version)
    {
        _files = files;
        Version = version;
    }

    /// <summary>A hash of all files, for their address: browsers may keep them for good and yet have the new ones after an update.</summary>
    public string Version { get; }

    /// <exception cref="IOException">The folder is not there: the gateway was not built with it.</exception>
    public static CompressedFiles Load(string folder)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = new Dictionary<string, CompressedFile>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var content = File.ReadAllBytes(path);
            all.AppendData(Encoding.UTF8.GetBytes(name));
            all.AppendData(content);
            files.Add(name, new CompressedFile(ContentTypeOf(name), content));
        }

        return new CompressedFiles(files.ToFrozenDictionary(StringComparer.Ordinal), CompressedFile.HashOf(all.GetCurrentHash()));
    }

    /// <summary>One file, in the smallest encoding that the browser accepts, or 404.</summary>
    /// <param name="name">Without a folder.</param>
    /// <param name="isForGood">Whether what lies at this address never changes.</param>
    /// <param name="context">The request.</param>
    public IResult Serve(string name, bool isForGood, HttpContext context)
    {
        if (!_files.TryGetValue(name, out var file))
        {
            return Results.NotFound();
        }

        var headers = context.Response.Headers;
        headers.CacheControl = isForGood ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        var encoding = EncodingFor(context.Request);
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        var (content, tag) = encoding switch
        {
            Brotli => (file.Brotli, $"\"{file.Hash}-br\""),
            Gzip => (file.Gzip, $"\"{file.Hash}-gzip\""),
            _ => (file.Content, $"\"{file.Hash}\""),
        };
        return Results.Bytes(content, file.ContentType, entityTag: new EntityTagHeaderValue(tag));
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
        var other => throw new InvalidOperationException($"The file '{name}' ends with '{other}', which has no content type here."),
    };

    private sealed class CompressedFile(string contentType, byte[] content)
    {
        private readonly Lazy<byte[]> _gzip = new(() => Compress(content, output => new GZipStream(output, CompressionLevel.Optimal)));
        private readonly Lazy<byte[]> _brotli = new(() => Compress(content, output => new BrotliStream(output, CompressionLevel.Optimal)));

        public string ContentType => contentType;

        public byte[] Content => content;

        public string Hash { get; } = HashOf(SHA256.HashData(content));

        public byte[] Gzip => _gzip.Value;

        public byte[] Brotli => _brotli.Value;

        public static string HashOf(byte[] hash) => Convert.ToHexStringLower(hash)[..16];

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
