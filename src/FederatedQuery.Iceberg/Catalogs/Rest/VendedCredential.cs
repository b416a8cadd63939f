using System.Collections.Immutable;
using System.Globalization;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>Keys for the objects of a table, as a catalog gave them out, by the names of the API.</summary>
public sealed record VendedCredential(ImmutableDictionary<string, string> Config)
{
    private const string AccessKeyIdName = "s3.access-key-id";
    private const string SecretAccessKeyName = "s3.secret-access-key";

    public string AccessKeyId => Config[AccessKeyIdName];

    public string SecretAccessKey => Config[SecretAccessKeyName];

    public string? SessionToken => Config.GetValueOrDefault("s3.session-token");

    /// <summary>Null: not said.</summary>
    public DateTimeOffset? ExpiresAt =>
        long.TryParse(Config.GetValueOrDefault("s3.session-token-expires-at-ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            && ms <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : null;

    /// <summary>Null: AWS's.</summary>
    public string? Endpoint => Config.GetValueOrDefault("s3.endpoint");

    public string? Region => Config.GetValueOrDefault("client.region") ?? Config.GetValueOrDefault("s3.region");

    public override string ToString() => nameof(VendedCredential);

    internal static bool IsIn(ImmutableDictionary<string, string> config) => config.ContainsKey(AccessKeyIdName) && config.ContainsKey(SecretAccessKeyName);
}
