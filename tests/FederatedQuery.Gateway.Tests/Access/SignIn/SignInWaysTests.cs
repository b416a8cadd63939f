using FederatedQuery.Gateway.Access.SignIn;
using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Tests.Access.Tokens;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Gateway.Tests.Access.SignIn;

/// <summary>What pages are told of the issuer, and may connect to.</summary>
public sealed class SignInWaysTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();
    private readonly List<IssuerKeys> _keys = [];
    private TestIssuer _issuer = null!; // set before the test runs

    public async Task InitializeAsync() => _issuer = await TestIssuer.StartAsync();

    [Theory]
    [InlineData("None")]
    [InlineData("ApiKey")]
    [InlineData("Jwt")]
    public async Task Read_WithoutAClient_LeadsNowhere(string mode)
    {
        var settings = AccessSettings.Default with { Mode = Enum.Parse<AuthMode>(mode), Tokens = mode == "Jwt" ? Options(null) : null };
        var ways = new SignInWays(settings, null);

        Assert.Equal(new SignInAnswer(mode.ToLowerInvariant(), null), await ways.ReadAsync(default));
        Assert.Equal("", await ways.OriginsAsync(default));
    }

    [Fact]
    public async Task Read_WithAClient_SaysWhatTheIssuerSays()
    {
        _issuer.SignIn = (_issuer.Address + "/authorize", "https://tokens.example.com:444/token");
        var ways = Ways();

        var provider = (await ways.ReadAsync(default)).Provider;

        var endpoints = new IssuerEndpoints(new Uri(_issuer.Address + "/authorize"), new Uri("https://tokens.example.com:444/token"), null, null);
        Assert.Equal(new SignInProvider(_issuer.Address, "dashboard", "openid", "gateway", true, endpoints), provider);
        Assert.Equal($" {new Uri(_issuer.Address).GetLeftPart(UriPartial.Authority)} https://tokens.example.com:444", await ways.OriginsAsync(default));
    }

    [Theory]
    [InlineData("http://login.example.com/authorize", "https://login.example.com/token")]
    [InlineData("https://login.example.com/authorize", "javascript:alert(1)")]
    [InlineData("https://login.example.com/authorize", "/token")]
    public async Task Read_OfUnsafeEndpoints_HasNone(string authorization, string token)
    {
        _issuer.SignIn = (authorization, token);

        var provider = (await Ways().ReadAsync(default)).Provider!;

        Assert.True(provider.IsReachable);
        Assert.Null(provider.Endpoints);
    }

    [Fact]
    public async Task Read_WhileTheIssuerIsDown_SaysSo()
    {
        _issuer.IsDown = true;
        var ways = Ways();

        var provider = (await ways.ReadAsync(default)).Provider;

        Assert.Equal(new SignInProvider(_issuer.Address, "dashboard", "openid", "gateway", false, null), provider);
        Assert.Equal(" " + new Uri(_issuer.Address).GetLeftPart(UriPartial.Authority), await ways.OriginsAsync(default));
    }

    public async Task DisposeAsync() => await _issuer.DisposeAsync();

    public void Dispose()
    {
        _keys.ForEach(keys => keys.Dispose());
        _http.Dispose();
    }

    private TokenOptions Options(string? clientId) => new() { Authority = new Uri(_issuer.Address), Audience = "gateway", ClientId = clientId };

    private SignInWays Ways()
    {
        var options = Options("dashboard");
        _keys.Add(new IssuerKeys(options, _http, TimeProvider.System, NullLogger<IssuerKeys>.Instance));
        return new SignInWays(new AccessSettings(AuthMode.Jwt, null, options), _keys[^1]);
    }
}
