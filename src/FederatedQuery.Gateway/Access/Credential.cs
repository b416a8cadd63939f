using System.Net.Http.Headers;
using System.Text;

namespace FederatedQuery.Gateway.Access;

/// <summary>
/// Finds the key or token of a request: <c>Authorization: Bearer</c>, or what shippers can do: <c>Basic</c> with the key as password, Elasticsearch's <c>ApiKey</c> (the key
/// as it is, or <c>id:key</c> in base64), or a header <c>X-API-Key</c>.
/// </summary>
internal static class Credential
{
    public const string KeyHeader = "X-API-Key";

    /// <summary>Longest header that is looked at: more than any token that is used in earnest.</summary>
    private const int MaximumLength = 16 * 1024;

    /// <param name="credential">Null: there is none, or <paramref name="problem"/> says what is wrong with it.</param>
    /// <returns>Whether the request is well-formed in this.</returns>
    public static bool TryRead(HttpRequest request, out string? credential, out string? problem)
    {
        (credential, problem) = (null, null);
        var headers = request.Headers.Authorization;
        switch (headers.Count)
        {
            case 0:
                var key = request.Headers[KeyHeader];
                credential = key.Count == 1 && !string.IsNullOrWhiteSpace(key[0]) ? key[0]!.Trim() : null;
                problem = key.Count > 1 ? $"{KeyHeader} is given {key.Count} times; it must be given once." : null;
                break;
            case 1:
                (credential, problem) = Parse(headers[0] ?? "");
                break;
            default:
                problem = $"Authorization is given {headers.Count} times; it must be given once.";
                break;
        }

        return problem is null;
    }

    /// <summary>What a header <c>Authorization</c> holds.</summary>
    public static (string? Credential, string? Problem) Parse(string header)
    {
        if (header.Length > MaximumLength)
        {
            return (null, $"Authorization has {header.Length} characters; {MaximumLength} are the most.");
        }

        if (!AuthenticationHeaderValue.TryParse(header, out var parsed) || string.IsNullOrWhiteSpace(parsed.Parameter))
        {
            return (null, "Authorization must be a scheme and a key or token, such as 'Bearer fq_...'.");
        }

        var value = parsed.Parameter.Trim();
        return parsed.Scheme.ToLowerInvariant() switch
        {
            "bearer" => (value, null),
            "apikey" => Keys.KeyText.IsKey(value) ? (value, null) : AfterColon(value, "ApiKey"),
            "basic" => AfterColon(value, "Basic"),
            _ => (null, "Authorization has a scheme that is not known; it must be Bearer, Basic with the key as password, or ApiKey."),
        };
    }

    private static (string? Credential, string? Problem) AfterColon(string base64, string scheme)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
        {
            return (null, $"Authorization: {scheme} must be followed by base64.");
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon < text.Length - 1
            ? (text[(colon + 1)..], null)
            : (null, $"Authorization: {scheme} holds no key: it must be the base64 of a name, a colon, and the key.");
    }
}
