using FederatedQuery.GraphQL.Execution;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The <c>multipart/mixed</c> of a request's Accept. Its parameters name the protocol: <c>incrementalSpec=v0.2</c> or none at all is the current
/// proposal, <c>deferSpec=20220824</c> the one before, <c>subscriptionSpec=1.0</c> Apollo's for subscriptions.
/// </summary>
/// <param name="Format">How deferred parts are told.</param>
/// <param name="ForSubscriptions">Whether events are taken.</param>
internal sealed record MultipartAccept(IncrementalFormat Format, bool ForSubscriptions)
{
    public const string MediaType = "multipart/mixed";

    /// <summary>The boundary is a single dash: what Apollo's clients take for granted.</summary>
    public string ContentType => (Format, ForSubscriptions) switch
    {
        (IncrementalFormat.Paths, _) => MediaType + "; boundary=\"-\"; deferSpec=20220824",
        (IncrementalFormat.Ids, _) => MediaType + "; boundary=\"-\"; incrementalSpec=v0.2",
        _ => MediaType + "; boundary=\"-\"; subscriptionSpec=1.0",
    };

    /// <summary>Null when the client does not take it, or takes it for protocols unknown here. Of several that it lists, the newest.</summary>
    public static MultipartAccept? Find(HttpRequest request)
    {
        if (!request.Headers.Accept.ToString().Contains(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        MultipartAccept? found = null;
        foreach (var range in request.GetTypedHeaders().Accept)
        {
            if (range.Quality != 0 && range.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && Read(range) is { } read)
            {
                found = found is null || (found.Format != IncrementalFormat.Ids && read.Format != IncrementalFormat.None) ? read : found;
            }
        }

        return found;
    }

    private static MultipartAccept? Read(MediaTypeHeaderValue range)
    {
        if (Parameter(range, "subscriptionSpec") is { } subscriptions)
        {
            return subscriptions == "1.0" ? new MultipartAccept(IncrementalFormat.None, ForSubscriptions: true) : null;
        }

        var incremental = Parameter(range, "incrementalSpec");
        var defer = Parameter(range, "deferSpec");
        return (incremental, defer) switch
        {
            ("v0.2", _) or (null, null) => new MultipartAccept(IncrementalFormat.Ids, ForSubscriptions: false),
            (_, "20220824") => new MultipartAccept(IncrementalFormat.Paths, ForSubscriptions: false),
            _ => null,
        };
    }

    private static string? Parameter(MediaTypeHeaderValue range, string name)
    {
        foreach (var parameter in range.Parameters)
        {
            if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return parameter.GetUnescapedValue().ToString();
            }
        }

        return null;
    }
}
