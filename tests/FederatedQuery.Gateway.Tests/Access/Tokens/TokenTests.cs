using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Rest;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Gateway.Tests.Access.Tokens;

/// <summary>Tokens of an issuer on Kestrel, good and bad.</summary>
public sealed class TokenTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Now = SetTime.Start;

    private readonly SetTime _time = new();
    private readonly HttpClient _http = new();
    private TestIssuer _issuer = null!; // set before the test runs
    private RSA _key = null!; // set before the test runs
    private IssuerKeys _keys = null!; // set before the test runs
    private TokenOptions _options = null!; // set before the test runs

    public async Task InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync();
        _key = _issuer.AddRsa("first");
        _options = new TokenOptions { Authority = new Uri(_issuer.Address), Audience = "gateway" };
        _keys = new IssuerKeys(_options, _http, _time, NullLogger<IssuerKeys>.Instance);
    }

    [Fact]
    public async Task Token_Right_SaysWhoItIs()
    {
        var (caller, problem) = await AskAsync(Token(("tenant", "acme")));

        Assert.Null(problem);
        Assert.Equal(new Caller("alice") { Roles = Roles.Reader, Tenant = "acme", Expires = Now.AddMinutes(6) }, caller);
    }

    [Fact]
    public async Task Token_OfACurve_IsTaken()
    {
        var curve = _issuer.AddCurve("curve");

        Assert.NotNull((await AskAsync(TestIssuer.Sign(curve, "curve", Claims()))).Caller);
        Assert.NotNull((await AskAsync(TestIssuer.Sign(curve, null, Claims()))).Caller);
        Assert.NotNull((await AskAsync(TestIssuer.Sign(_key, null, Claims()))).Caller);
    }

    [Theory]
    [InlineData("\"reader writer\"", Roles.Reader | Roles.Writer)]
    [InlineData("\"admin,reader\"", Roles.Reader | Roles.Admin)]
    [InlineData("[\"writer\", 1, null, \"other\", \"Admin\"]", Roles.Writer)]
    [InlineData("{}", Roles.None)]
    [InlineData("null", Roles.None)]
    public async Task Roles_OfEachForm_AreRead(string roles, Roles expected) => Assert.Equal(expected, (await AskAsync(Token(("roles", JsonNode.Parse(roles))))).Caller!.Roles);

    [Fact]
    public async Task Roles_InAnObject_AreFoundByDots()
    {
        _options = _options with { RolesClaim = "realm_access.roles" };

        Assert.Equal(Roles.Admin, (await AskAsync(Token(("realm_access", new JsonObject { ["roles"] = new JsonArray("admin") })))).Caller!.Roles);
        Assert.Equal(Roles.Writer, (await AskAsync(Token(("realm_access.roles", new JsonArray("writer"))))).Caller!.Roles);
    }

    [Fact]
    public async Task Claims_Wrong_AreRefused()
    {
        await RefusedAsync(Token(("iss", "https://elsewhere.example")), $"The token is of another issuer; it must be of '{_issuer.Address}'.");
        await RefusedAsync(Token(("iss", null)), $"The token is of another issuer; it must be of '{_issuer.Address}'.");
        await RefusedAsync(Token(("aud", "other")), "The token is for another audience; 'gateway' must be among its 'aud'.");
        await RefusedAsync(Token(("aud", new JsonArray("other", 1))), "The token is for another audience; 'gateway' must be among its 'aud'.");
        await RefusedAsync(Token(("aud", null)), "The token is for another audience; 'gateway' must be among its 'aud'.");
        await RefusedAsync(Token(("exp", Seconds(-61))), "The token has expired.");
        await RefusedAsync(Token(("exp", null)), "The token has no 'exp': it must say when it expires.");
        await RefusedAsync(Token(("exp", "tomorrow")), "The token's 'exp' is no time in seconds since 1970.");
        await RefusedAsync(Token(("exp", 1e300)), "The token's 'exp' is no time in seconds since 1970.");
        await RefusedAsync(Token(("nbf", Seconds(61))), "The token is not good yet: its 'nbf' or 'iat' is in the future.");
        await RefusedAsync(Token(("iat", Seconds(61))), "The token is not good yet: its 'nbf' or 'iat' is in the future.");
        await RefusedAsync(Token(("sub", null)), "The token must have a 'sub' of 1 to 256 characters.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", """{"iss":"x","iss":"y"}"""), "The token's claims is no JSON object in which each name is there once.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", Claims(("sub", "SUB")).Replace("\"SUB\"", "\"\\ud800\"", StringComparison.Ordinal)), "The token holds text that is not Unicode.");
        Assert.NotNull((await AskAsync(Token(("exp", Seconds(-59)), ("nbf", Seconds(59)), ("aud", new JsonArray("other", "gateway"))))).Caller);
    }

    [Fact]
    public async Task Header_Wrong_IsRefused()
    {
        const string Algorithm = "The token's algorithm is not taken; it must be RS256 or ES256.";
        var publicKey = _key.ExportSubjectPublicKeyInfo();
        var pem = Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem());
        await RefusedAsync(TestIssuer.Sign("none", "first", Claims(), "", _ => []) + "AA", Algorithm);
        await RefusedAsync(TestIssuer.Sign("none", "first", Claims(), "", _ => []), "The token is not of the form header.claims.signature, each in base64url.");
        await RefusedAsync(TestIssuer.Sign("None", "first", Claims(), "", _ => [1]), Algorithm);
        await RefusedAsync(TestIssuer.Sign("HS256", "first", Claims(), "", signed => HMACSHA256.HashData(publicKey, signed)), Algorithm);
        await RefusedAsync(TestIssuer.Sign("HS256", "first", Claims(), "", signed => HMACSHA256.HashData(pem, signed)), Algorithm);
        await RefusedAsync(TestIssuer.Sign(_key, "first", Claims(), algorithm: "PS256"), Algorithm);
        await RefusedAsync(TestIssuer.Sign(_key, "first", Claims(), algorithm: "ES256"), "The token's signature is not by a key of the issuer.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", Claims(), more: ",\"crit\":[\"exp\"]"), "The token's header has 'crit', whose extensions are not known here.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", Claims(), more: ",\"typ\":\"dpop+jwt\""), "The token's type is not taken; it must be JWT or at+jwt.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", Claims(), more: ",\"alg\":\"none\""), "The token's header is no JSON object in which each name is there once.");
        // Encrypted ones, and tokens within tokens.
        await RefusedAsync("eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d", "The token is not of the form header.claims.signature, each in base64url.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", Token(), more: ",\"cty\":\"JWT\""), "The token's claims is no JSON object in which each name is there once.");
        await RefusedAsync(TestIssuer.Sign(_key, "first", $"\"{Token()}\"", more: ",\"cty\":\"JWT\""), "The token's claims is no JSON object.");
        await RefusedAsync(TestIssuer.Sign(_key, "second", Claims()), "The token's signature is not by a key of the issuer.");
        await RefusedAsync("a.b", "The token is not of the form header.claims.signature, each in base64url.");
        await RefusedAsync(new string('a', 17_000), "The token has 17000 characters; 16384 are the most.");
        Assert.NotNull((await AskAsync(TestIssuer.Sign(_key, "first", Claims(), more: ",\"typ\":\"at+JWT\""))).Caller);
    }

    [Fact]
    public async Task Signature_ByAnotherOrOfOtherClaims_IsRefused()
    {
        const string Signature = "The token's signature is not by a key of the issuer.";
        using var foreign = RSA.Create(2048);
        await RefusedAsync(TestIssuer.Sign(foreign, "first", Claims()), Signature);
        await RefusedAsync(TestIssuer.Sign(foreign, null, Claims()), Signature);
        // The key that a token brings along is not looked at.
        var numbers = foreign.ExportParameters(includePrivateParameters: false);
        var jwk = $",\"jwk\":{{\"kty\":\"RSA\",\"n\":\"{System.Buffers.Text.Base64Url.EncodeToString(numbers.Modulus!)}\",\"e\":\"AQAB\"}}";
        await RefusedAsync(TestIssuer.Sign(foreign, null, Claims(), more: jwk), Signature);
        var (right, other) = (Token().Split('.'), Token(("roles", new JsonArray("admin"))).Split('.'));
        await RefusedAsync($"{right[0]}.{other[1]}.{right[2]}", Signature);
    }

    [Fact]
    public async Task Key_TooSmall_IsNotTaken()
    {
        var small = _issuer.AddRsa("small", bits: 1024);

        await RefusedAsync(TestIssuer.Sign(small, "small", Claims()), "The token's signature is not by a key of the issuer.");
    }

    [Fact]
    public async Task Keys_Rotated_AreLearntAndForgotten()
    {
        var old = Token();
        Assert.NotNull((await AskAsync(old)).Caller);

        var second = _issuer.AddRsa("second");
        _issuer.Withdraw("first");
        _time.Pass(TimeSpan.FromSeconds(11));

        Assert.NotNull((await AskAsync(TestIssuer.Sign(second, "second", Claims()))).Caller);
        await RefusedAsync(old, "The token's signature is not by a key of the issuer.");
    }

    [Fact]
    public async Task Keys_UnknownInAStorm_AreAskedForSeldom()
    {
        Assert.NotNull((await AskAsync(Token())).Caller);
        _time.Pass(TimeSpan.FromSeconds(11));
        var before = _issuer.Asked;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => RefusedAsync(TestIssuer.Sign(_key, $"made-up-{i}", Claims()), "The token's signature is not by a key of the issuer.")));

        Assert.Equal(before + 1, _issuer.Asked);
        Assert.NotNull((await AskAsync(Token())).Caller);
    }

    [Fact]
    public async Task Issuer_DownFromTheBeginning_IsSaidAndAskedAgainLater()
    {
        _issuer.IsDown = true;
        var (caller, problem) = await AskAsync(Token());
        Assert.Null(caller);
        Assert.Equal((503, "AUTHENTICATION_UNAVAILABLE"), (problem!.Status, problem.Code));
        await AskAsync(Token());
        Assert.Equal(1, _issuer.Asked);

        _issuer.IsDown = false;
        _time.Pass(TimeSpan.FromSeconds(11));

        Assert.NotNull((await AskAsync(Token())).Caller);
    }

    [Fact]
    public async Task Issuer_DownLater_KeysAreGoodForADay()
    {
        Assert.NotNull((await AskAsync(Token())).Caller);
        _issuer.IsDown = true;

        _time.Pass(TimeSpan.FromHours(23));
        Assert.NotNull((await AskAsync(Token(("exp", Seconds(25 * 3600))))).Caller);
        _time.Pass(TimeSpan.FromHours(2));
        Assert.Equal(503, (await AskAsync(Token(("exp", Seconds(26 * 3600))))).Problem!.Status);
    }

    [Theory]
    [InlineData("https://elsewhere.example", null)]
    [InlineData(null, "http://elsewhere.example/keys")]
    [InlineData(null, "none")]
    public async Task Issuer_OfAnotherNameOrWithKeysElsewhere_IsNotBelieved(string? name, string? keys)
    {
        (_issuer.ClaimedIssuer, _issuer.KeysAddress) = (name, keys);

        Assert.Equal(503, (await AskAsync(Token())).Problem!.Status);
    }

    [Fact]
    public async Task Token_Mutilated_IsNeverTaken()
    {
        var good = Token();
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var text = new StringBuilder(good);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                // The last character of the signature has bits that mean nothing.
                text[random.Next(text.Length - 1)] = "ABCxyz019-_.=\"{"[random.Next(15)];
            }

            if (text.ToString() != good)
            {
                Assert.Equal(401, (await AskAsync(text.ToString())).Problem?.Status);
            }
        }
    }

    public async Task DisposeAsync() => await _issuer.DisposeAsync();

    public void Dispose()
    {
        _keys.Dispose();
        _http.Dispose();
    }

    private static long Seconds(int fromNow) => Now.AddSeconds(fromNow).ToUnixTimeSeconds();

    private string Claims(params (string Name, JsonNode? Value)[] changes) => _issuer.Claims(Now, changes).ToJsonString();

    private string Token(params (string Name, JsonNode? Value)[] changes) => TestIssuer.Sign(_key, "first", Claims(changes));

    private async Task<(Caller? Caller, Problem? Problem)> AskAsync(string token)
    {
        // Keys of the gateway's own are another matter: none of these tokens looks like one.
        var found = await new TokenAuthenticator(new TokenReader(_options, _time), _keys, new KeyAuthenticator(null!)).AuthenticateAsync(token, CancellationToken.None);
        return (found.Caller, found.Problem);
    }

    private async Task RefusedAsync(string token, string why)
    {
        var (caller, problem) = await AskAsync(token);
        Assert.Null(caller);
        Assert.Equal((401, "UNAUTHENTICATED", why), (problem!.Status, problem.Code, problem.Detail));
    }
}
