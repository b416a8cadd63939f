using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>How GraphQL is served over HTTP.</summary>
public sealed class GraphQLHttpOptions
{
    /// <summary>Longest request body. Default 4 MiB; longer ones are answered with 413.</summary>
    public long MaxRequestBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Answers a browser's GET, such as with a playground; null gives it a plain GraphQL answer.</summary>
    public RequestDelegate? HtmlPage { get; set; }
}
