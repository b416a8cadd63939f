using FederatedQuery.Federation.Budgets;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Serving;

namespace FederatedQuery.Gateway.IcebergRest;

internal delegate Task<RequestOutcome> RestOperation(CatalogServer server, RestRequest request, CancellationToken cancellationToken);

/// <summary>An operation of the API.</summary>
/// <param name="Id">Its operationId.</param>
/// <param name="Method">HTTP.</param>
/// <param name="Template">As the API's file has it, such as <c>/v1/{prefix}/namespaces/{namespace}</c>.</param>
/// <param name="NotFoundType">The type of the error when what the path names is not there.</param>
/// <param name="Run">Null: the API has it and this server does not.</param>
internal sealed record RestRoute(string Id, string Method, string Template, string NotFoundType, RestOperation? Run)
{
    private readonly string[] _segments = Template.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether it changes something, so that a client may give it an Idempotency-Key; reports may come twice.</summary>
    public bool TakesIdempotencyKey => Run is not null && Method is "POST" or "DELETE" && Id != "reportMetrics";

    /// <summary>Who may: readers read and report what they have read, admins write.</summary>
    public Roles Role => Method is "GET" or "HEAD" || Id is "reportMetrics" ? Roles.Reader : Roles.Admin;

    /// <summary>As the list of endpoints in the configuration has it.</summary>
    public string Endpoint => $"{Method} {Template}";

    /// <summary>What the path names, by the names of the template; null when the path is another.</summary>
    /// <param name="segments">Of the path, decoded, with a segment for the prefix where the client has put none.</param>
    public IReadOnlyDictionary<string, string>? Match(IReadOnlyList<string> segments)
    {
        if (segments.Count != _segments.Length)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        for (var i = 0; i < segments.Count; i++)
        {
            if (_segments[i][0] == '{')
            {
                values[_segments[i][1..^1]] = segments[i];
            }
            else if (_segments[i] != segments[i])
            {
                return null;
            }
        }

        return values;
    }
}
