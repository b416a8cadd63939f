using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Testing;

/// <summary>AWS Signature Version 4 by its documentation, from a request as a server got it.</summary>
public static class SignatureCheck
{
    /// <returns>What is wrong with the request's signature; null when nothing is.</returns>
    public static async Task<string?> FindFaultAsync(HttpRequest request, string accessKeyId, string secret, string service, string region)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var hash = Hex(SHA256.HashData(body.ToArray()));
        if (request.Headers["x-amz-content-sha256"] != hash)
        {
            return "x-amz-content-sha256 is not the body's.";
        }

        const string Algorithm = "AWS4-HMAC-SHA256";
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return $"Authorization is '{authorization}'.";
        }

        var parts = authorization[(Algorithm.Length + 1)..].Split(',').Select(part => part.Trim().Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var at = request.Headers["x-amz-date"].ToString();
        var scope = $"{at[..8]}/{region}/{service}/aws4_request";
        if (parts["Credential"] != $"{accessKeyId}/{scope}")
        {
            return $"Credential is {parts["Credential"]}.";
        }

        var names = parts["SignedHeaders"].Split(';');
        if (new[] { "host", "x-amz-date", "x-amz-content-sha256" }.Except(names).FirstOrDefault() is { } missing)
        {
            return $"{missing} is not signed.";
        }

        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        var query = target.Length == 1 || target[1].Length == 0 ? [] : target[1].Split('&');
        var canonical = $"{request.Method}\n{target[0].Replace("%", "%25", StringComparison.Ordinal)}\n{string.Join('&', query.Order(StringComparer.Ordinal))}\n"
            + $"{string.Concat(names.Select(name => $"{name}:{request.Headers[name].ToString().Trim()}\n"))}\n{parts["SignedHeaders"]}\n{hash}";
        var text = $"{Algorithm}\n{at}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + secret), at[..8]), region), service), "aws4_request");
        return parts["Signature"] == Hex(Hmac(key, text)) ? null : $"The signature does not fit the request: {canonical}";
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
