using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Gateway.Tests.Access.Tokens;

/// <summary>An issuer as OpenID Connect has them, on Kestrel: discovery and keys, which can be changed, counted, and be out of order.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<(string Id, AsymmetricAlgorithm Key)> _published = [];
    private int _asked;

    private TestIssuer(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>What discovery says; null: its own address.</summary>
    public string? ClaimedIssuer { get; set; }

    public string? KeysAddress { get; set; }

    /// <summary>Where people sign in and get tokens, below its address or elsewhere; null: nowhere.</summary>
    public (string Authorization, string Token)? SignIn { get; set; }

    public bool IsDown { get; set; }

    /// <summary>How often the keys were asked for, or would have been.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.MapGet("/realm/.well-known/openid-configuration", issuer.Discover);
        app.MapGet("/realm/keys", () => Results.Text(issuer.Keys(), "application/json"));
        await app.StartAsync();
        issuer.Address = app.Urls.First() + "/realm";
        return issuer;
    }

    public RSA AddRsa(string id, int bits = 2048) => Add(id, RSA.Create(bits));

    public ECDsa AddCurve(string id) => Add(id, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public void Withdraw(string id) => _published.RemoveAll(key => key.Id == id);

    /// <summary>Claims as they should be, changed as is said; null takes one away.</summary>
    public JsonObject Claims(DateTimeOffset now, params (string Name, JsonNode? Value)[] changes)
    {
        var claims = new JsonObject
        {
            ["iss"] = Address,
            ["aud"] = "gateway",
            ["sub"] = "alice",
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["roles"] = new JsonArray("reader", "offline_access"),
        };
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                claims.Remove(name);
            }
            else
            {
                claims[name] = value;
            }
        }

        return claims;
    }

    public static string Sign(RSA key, string? id, string claims, string algorithm = "RS256", string more = "") =>
        Sign(algorithm, id, claims, more, signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Sign(ECDsa key, string? id, string claims) => Sign("ES256", id, claims, "", signed => key.SignData(signed, HashAlgorithmName.SHA256));

    public static string Sign(string algorithm, string? id, string claims, string more, Func<byte[], byte[]> sign)
    {
        var header = $"{{\"alg\":\"{algorithm}\"{(id is null ? "" : $",\"kid\":\"{id}\"")}{more}}}";
        var signed = $"{Encode(Encoding.UTF8.GetBytes(header))}.{Encode(Encoding.UTF8.GetBytes(claims))}";
        return $"{signed}.{Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _published.ForEach(key => key.Key.Dispose());
    }

    private static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private T Add<T>(string id, T key)
        where T : AsymmetricAlgorithm
    {
        _published.Add((id, key));
        return key;
    }

    private IResult Discover()
    {
        Interlocked.Increment(ref _asked);
        return IsDown
            ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new
            {
                issuer = ClaimedIssuer ?? Address,
                jwks_uri = KeysAddress ?? Address + "/keys",
                authorization_endpoint = SignIn?.Authorization,
                token_endpoint = SignIn?.Token,
                revocation_endpoint = "http://not.safe.example/revoke",
            });
    }

    private string Keys() => JsonSerializer.Serialize(new { keys = _published.Select(key => Public(key.Id, key.Key)) });

    private static Dictionary<string, string> Public(string id, AsymmetricAlgorithm key)
    {
        if (key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return new() { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = id, ["n"] = Encode(numbers.Modulus!), ["e"] = Encode(numbers.Exponent!) };
        }

        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["alg"] = "ES256", ["kid"] = id, ["x"] = Encode(point.X!), ["y"] = Encode(point.Y!) };
    }
}
