using Amazon;
using FederatedQuery.Cold.Rest;

namespace FederatedQuery.Gateway.Settings.Secrets;

/// <summary>Which secret, and where AWS Secrets Manager is asked for it.</summary>
/// <param name="Name">AWS_SECRET_NAME: a name or an ARN.</param>
/// <param name="Region">That the secret is in, and that requests are signed for.</param>
/// <param name="Endpoint">Of Secrets Manager's API.</param>
internal sealed record SecretAddress(string Name, string Region, Uri Endpoint)
{
    /// <summary>The variables by which AWS's SDKs and tools are told of another endpoint, the first that is set; of the environment of the process, like the SDK's credentials.</summary>
    private static readonly string[] EndpointVariables = ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"];

    /// <param name="name">AWS_SECRET_NAME.</param>
    /// <param name="region">AWS_REGION; null: an ARN's own, else what the profile or the instance says.</param>
    /// <param name="environment">Of the process.</param>
    /// <exception cref="FormatException">The region is not known, or an endpoint is no address; the message says which setting would be right.</exception>
    public static SecretAddress Of(string name, string? region, Func<string, string?> environment)
    {
        // An ARN's own counts most: a secret is in one region, wherever the bucket is.
        var secretsRegion = RegionOfArn(name) ?? region ?? AwsRequestSigner.FindRegion()?.SystemName
            ?? throw new FormatException($"AWS_REGION is not set; with {SettingsSources.Secret} it must be the region of the secret, such as eu-central-1.");
        var (variable, text) = EndpointVariables.Select(variable => (variable, environment(variable))).FirstOrDefault(given => !string.IsNullOrWhiteSpace(given.Item2));
        if (text is null)
        {
            return new SecretAddress(
                name, secretsRegion, new Uri($"https://secretsmanager.{secretsRegion}.{RegionEndpoint.GetBySystemName(secretsRegion).PartitionDnsSuffix}/"));
        }

        return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https"
            ? new SecretAddress(name, secretsRegion, endpoint)
            : throw new FormatException($"{variable} is '{text}'; it must be an address such as https://vpce-1a2b.secretsmanager.eu-central-1.vpce.amazonaws.com.");
    }

    /// <summary>arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME.</summary>
    private static string? RegionOfArn(string name) =>
        name.Split(':') is ["arn", _, "secretsmanager", { Length: > 0 } region, ..] ? region : null;
}
