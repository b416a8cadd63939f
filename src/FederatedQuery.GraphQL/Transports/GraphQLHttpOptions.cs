using System.IO.Compression;
using FederatedQuery.GraphQL.Transports.Http;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>How GraphQL is served over HTTP.</summary>
public sealed class GraphQLHttpOptions
{
    /// <summary>Longest request body, before and after decompression. Default 4 MiB; longer ones are answered with 413.</summary>
    public long MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// Most requests that a body may have as a JSON list; they are executed one after the other and answered by a list. Default 0: batching is off.
    /// </summary>
    public int MaxBatchSize { get; set; }

    /// <summary>Which status codes <c>application/graphql-response+json</c> is answered with. Default <see cref="HttpStatusCodes.Audited"/>.</summary>
    public HttpStatusCodes HttpStatusCodes { get; set; } = HttpStatusCodes.Audited;

    /// <summary>
    /// Refuses WebSocket handshakes and GETs that pages of other sites make browsers send, unless they carry a header <c>GraphQL-Preflight</c>,
    /// <c>Apollo-Require-Preflight</c> or <c>X-Apollo-Operation-Name</c>. Default true. Requests of other programs are not affected.
    /// </summary>
    public bool RefuseCrossSiteRequests { get; set; } = true;

    /// <summary>Origins such as <c>https://app.example.org</c> whose pages may send what <see cref="RefuseCrossSiteRequests"/> refuses.</summary>
    public ICollection<string> TrustedOrigins { get; } = [];

    /// <summary>Compresses single responses for clients whose Accept-Encoding allows it; event streams never are. Default true.</summary>
    public bool CompressResponses { get; set; } = true;

    /// <summary>Shorter responses are sent as they are. Default 1,400: what fits into one packet gains nothing.</summary>
    public int MinCompressedBytes { get; set; } = 1400;

    /// <summary>Default <see cref="CompressionLevel.Fastest"/>.</summary>
    public CompressionLevel CompressionLevel { get; set; } = CompressionLevel.Fastest;

    /// <summary>How often a comment is written to an event stream, however many events it has. Default 12 seconds; zero writes none.</summary>
    public TimeSpan EventStreamKeepAliveInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>The client of an event stream that takes no bytes for so long while some wait for it is cut off. Default 30 seconds.</summary>
    public TimeSpan EventStreamWriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of the times above.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Answers a browser's GET, such as with a playground; null gives it a plain GraphQL answer.</summary>
    public RequestDelegate? HtmlPage { get; set; }
}
