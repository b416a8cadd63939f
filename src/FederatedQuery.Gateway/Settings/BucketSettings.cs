using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Where in S3 the cold tier lies, and how the bucket is reached.</summary>
/// <param name="Prefix">Such as <c>lake/tables</c>; empty for the top of the bucket.</param>
internal sealed record BucketSettings(S3Options Options, string Prefix)
{
    /// <summary>Reads <c>my-tables</c>, <c>s3://my-tables</c> or <c>s3://my-tables/prefix</c>.</summary>
    /// <returns>Null when the text is none of these.</returns>
    public static BucketSettings? TryParse(string text)
    {
        const string Scheme = "s3:";
        var normal = ObjectStoreRegistry.Normalize(text);
        var path = normal.StartsWith(Scheme + "//", StringComparison.Ordinal) ? normal[(Scheme.Length + 2)..] : normal;
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var prefix = slash < 0 ? "" : path[(slash + 1)..].TrimEnd('/');
        if ((prefix.Length > 0 && !ObjectKey.IsValid(prefix)) || (slash >= 0 && path == normal))
        {
            return null;
        }

        try
        {
            return new BucketSettings(new S3Options { Bucket = slash < 0 ? path : path[..slash] }, prefix);
        }
        catch (ArgumentException)
        {
            // No name of a bucket.
            return null;
        }
    }
}
