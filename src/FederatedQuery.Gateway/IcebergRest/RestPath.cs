using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>
/// The path of a request by segments, each percent-decoded once. From the target as it was sent: the server's own decoding leaves %2F as it is, so that
/// afterwards it could not be told from a name that has these three characters.
/// </summary>
internal static class RestPath
{
    public const string Root = "/iceberg";

    /// <summary>What can follow <c>/v1</c> in the API when there is no prefix.</summary>
    private static readonly HashSet<string> FirstSegments = ["config", "oauth", "namespaces", "tables", "transactions", "views"];

    private static readonly HashSet<string> WithoutPrefix = ["config", "oauth"];

    /// <summary>The segments below <see cref="Root"/>, with an empty one for a prefix that is not there.</summary>
    /// <returns>Null when the target is no path below it.</returns>
    public static IReadOnlyList<string>? SegmentsOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = PathOf(target);
        var root = context.Request.PathBase.Value + Root + "/";
        if (!path.StartsWith(root, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        List<string> segments = [.. path[root.Length..].TrimEnd('/').Split('/').Select(Decode)];
        if (segments.Count > 1 && !WithoutPrefix.Contains(segments[1]) && FirstSegments.Contains(segments[1]))
        {
            segments.Insert(1, "");
        }

        return segments;
    }

    /// <summary>Java's clients write a space as a plus sign in paths too; a plus sign of a name comes as %2B from everybody.</summary>
    private static string Decode(string segment) => Uri.UnescapeDataString(segment.Replace('+', ' '));

    /// <summary>Without the query; of an absolute target, as proxies send it, without scheme and host.</summary>
    private static string PathOf(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (path.StartsWith('/'))
        {
            return path;
        }

        var host = path.IndexOf("://", StringComparison.Ordinal);
        var start = host < 0 ? -1 : path.IndexOf('/', host + 3);
        return start < 0 ? "" : path[start..];
    }
}
