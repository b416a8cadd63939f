using System.IO.Compression;
using System.IO.Pipelines;
using FederatedQuery.DuckDb;
using FederatedQuery.Federation.Exports;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.Gateway.Rest;

/// <summary>
/// Rows as the body of an answer that streams: format by the query parameter <c>format</c>, compressed by <c>compression</c> (a compressed file) or as <c>Accept-Encoding</c> allows (on
/// the way only). The answer begins with the first rows; what fails before is told by status. Where it fails later the connection is cut, and no client takes a part for the whole.
/// </summary>
internal sealed class ExportResponse
{
    private readonly HttpContext _context;
    private readonly RowExports _exports;
    private readonly ExportFormat _format;
    private readonly string _fileName;
    private readonly string? _coding;
    private readonly bool _isFile;
    private Stream? _compressor;

    /// <param name="fileName">Without its ending.</param>
    /// <exception cref="ProblemException">400: a parameter is wrong.</exception>
    public ExportResponse(HttpContext context, RowExports exports, string fileName)
    {
        (_context, _exports, _fileName) = (context, exports, fileName);
        _format = ExportFormats.Parse(context.Request.Query["format"]);
        var compression = context.Request.Query["compression"].ToString();
        _isFile = compression is "gzip" or "zstd";
        _coding = compression switch
        {
            "zstd" when !ZstandardStream.IsAvailable => throw ProblemException.BadField("compression", "`compression` is 'zstd', and this server has no libzstd; it can be gzip or none."),
            "gzip" or "zstd" => compression,
            "none" => null,
            "" => _format == ExportFormat.Parquet ? null : Accepted(context.Request),
            _ => throw ProblemException.BadField("compression", $"`compression` is '{compression}'; it must be gzip, zstd or none."),
        };
    }

    /// <summary>Opens the body; an <see cref="OpenRowSink"/>.</summary>
    public async Task<IRowSink> OpenAsync(IReadOnlyList<DuckDBColumn> columns, CancellationToken cancellationToken)
    {
        var output = OpenBody();
        return new BodySink(await _exports.OpenAsync(_format, output, columns, cancellationToken), output, _compressor);
    }

    private PipeWriter OpenBody()
    {
        var response = _context.Response;
        var extension = _format.Extension() + (_isFile ? (_coding == "gzip" ? ".gz" : ".zst") : "");
        response.ContentType = !_isFile ? _format.ContentType() : _coding == "gzip" ? "application/gzip" : "application/zstd";
        response.Headers.ContentDisposition = $"attachment; filename=\"{_fileName}.{extension}\"";
        response.Headers.CacheControl = "no-store";
        if (_coding is null)
        {
            return response.BodyWriter;
        }

        if (!_isFile)
        {
            response.Headers.ContentEncoding = _coding;
            response.Headers.Vary = HeaderNames.AcceptEncoding;
        }

        _compressor = _coding == "gzip"
            ? new GZipStream(response.BodyWriter.AsStream(leaveOpen: true), CompressionLevel.Fastest, leaveOpen: true)
            : new ZstandardStream(response.BodyWriter.AsStream(leaveOpen: true));
        return PipeWriter.Create(_compressor, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true));
    }

    /// <returns>The coding that the client likes best of those there are; null: none.</returns>
    private static string? Accepted(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding
        .Where(coding => coding.Quality is null or > 0)
        .OrderByDescending(coding => coding.Quality ?? 1)
        .Select(coding => coding.Value.Value?.ToLowerInvariant())
        .FirstOrDefault(coding => coding is "gzip" or "identity" || (coding == "zstd" && ZstandardStream.IsAvailable)) is { } best and not "identity" ? best : null;

    /// <summary>Ends the compressed stream only where the rows have ended: one that breaks off is told by its readers.</summary>
    private sealed class BodySink(IRowSink rows, PipeWriter output, Stream? compressor) : IRowSink
    {
        public Task WriteAsync(DuckDb.Vectors.DataChunk chunk, CancellationToken cancellationToken) => rows.WriteAsync(chunk, cancellationToken);

        public async Task CompleteAsync(CancellationToken cancellationToken)
        {
            await rows.CompleteAsync(cancellationToken);
            await output.FlushAsync(cancellationToken);
            if (compressor is ZstandardStream zstandard)
            {
                await zstandard.CompleteAsync(cancellationToken);
            }
            else if (compressor is not null)
            {
                await compressor.DisposeAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await rows.DisposeAsync();
            (compressor as ZstandardStream)?.Dispose();
        }
    }
}
