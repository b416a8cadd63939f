using System.Text.RegularExpressions;
using Amazon.Runtime;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>One bucket of S3 or of a server that speaks its protocol, and how patient its callers are.</summary>
public sealed partial record S3Options
{
    /// <summary>The bucket's name, without <c>s3://</c>. It must exist.</summary>
    public required string Bucket
    {
        get;
        init => field = BucketName().IsMatch(value)
            ? value
            : throw new ArgumentException($"'{value}' is no bucket name: 3 to 63 lower-case letters, digits, dots and hyphens, such as 'my-tables'.", nameof(Bucket));
    }

    /// <summary>
    /// An S3-compatible server such as <c>http://127.0.0.1:9000</c>; null: AWS. Such a server is addressed path-style and sent no
    /// trailing checksums, which most do not know; AWS gets the SDK's defaults.
    /// </summary>
    public Uri? Endpoint { get; init; }

    /// <summary>Such as <c>eu-central-1</c>; null: what environment, profile or instance say, <c>us-east-1</c> with an <see cref="Endpoint"/>.</summary>
    public string? Region { get; init; }

    /// <summary>
    /// Null: the SDK's chain (environment, web identity, profile, container, instance), asked again for every request, so that rotated
    /// credentials are taken up without a restart.
    /// </summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>How often a request is tried again after a failure that may pass. 0 to 20.</summary>
    public int MaxRetries { get; init; } = 5;

    /// <summary>The longest pause before a retry; pauses grow from a tenth of a second and are drawn at random below their limit.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Until the head of an answer; sending gets more time by its size.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The longest silence within the body of an answer.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Bytes of a part of a multipart upload; at least 5 MiB (S3's limit). S3 takes 10,000 parts, so objects of up to 10,000 times this.
    /// </summary>
    public int PartBytes { get; init; } = 8 << 20;

    /// <summary>Parts of one upload under way at a time; it holds one more than that in memory.</summary>
    public int ParallelParts { get; init; } = 3;

    /// <summary>Connections kept to the server; further requests wait for one.</summary>
    public int MaxConnections { get; init; } = 64;

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketName();
}
