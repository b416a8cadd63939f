using System.Text.Json;

namespace FederatedQuery.Gateway.Access.Tokens;

/// <summary>Where people sign in at the issuer, as its discovery document says (OpenID Connect Discovery 1.0, section 3). Each is https, or http on loopback.</summary>
/// <param name="Authorization">Where the browser is sent.</param>
/// <param name="Token">Where the page exchanges the code for a token, and renews it.</param>
/// <param name="EndSession">Where the browser is sent to sign out; null: the issuer has no such thing.</param>
/// <param name="Revocation">Where the page gives a token back; null likewise.</param>
internal sealed record IssuerEndpoints(Uri Authorization, Uri Token, Uri? EndSession, Uri? Revocation)
{
    /// <returns>Null: nobody can sign in there.</returns>
    public static IssuerEndpoints? Read(JsonElement discovery) =>
        Find(discovery, "authorization_endpoint") is { } authorization && Find(discovery, "token_endpoint") is { } token
            ? new IssuerEndpoints(authorization, token, Find(discovery, "end_session_endpoint"), Find(discovery, "revocation_endpoint"))
            : null;

    /// <summary>Whether nobody between here and there can read along.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    private static Uri? Find(JsonElement discovery, string name) =>
        discovery.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var address) && IsSafe(address)
            ? address
            : null;
}
