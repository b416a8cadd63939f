using System.Net;
using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Tests.Settings;

public class AccessReaderTests
{
    private static readonly (string Name, string? Value)[] Tokens =
        [("AUTH_MODE", "jwt"), ("AUTH_JWT_AUTHORITY", "https://login.example.com/realms/main"), ("AUTH_JWT_AUDIENCE", "gateway")];

    [Fact]
    public void Read_Keys_ListensEverywhere()
    {
        var settings = TestSettings.ReadRight(("AUTH_MODE", "ApiKey"), ("AUTH_TENANT", "acme"));

        Assert.Equal(new AccessSettings(AuthMode.ApiKey, "acme", null), settings.Access);
        Assert.Equal(IPAddress.Any, settings.Host);
    }

    [Fact]
    public void Read_Tokens_AreTaken()
    {
        var defaults = TestSettings.ReadRight(Tokens).Access.Tokens!;
        var given = TestSettings.ReadRight([.. Tokens, ("AUTH_JWT_ROLES_CLAIM", "realm_access.roles"), ("AUTH_JWT_TENANT_CLAIM", "org"), ("AUTH_JWT_CLOCK_SKEW", "0"), ("AUTH_JWT_CLIENT_ID", "dashboard"), ("AUTH_JWT_SCOPES", "openid  offline_access")]).Access.Tokens!;

        Assert.Equal(
            new TokenOptions
            {
                Authority = new Uri("https://login.example.com/realms/main"),
                Audience = "gateway",
                RolesClaim = "roles",
                TenantClaim = "tenant",
                ClockSkew = TimeSpan.FromSeconds(60),
                ClientId = null,
                Scopes = "openid",
            },
            defaults);
        Assert.Equal(defaults with { RolesClaim = "realm_access.roles", TenantClaim = "org", ClockSkew = TimeSpan.Zero, ClientId = "dashboard", Scopes = "openid offline_access" }, given);
    }

    [Theory]
    [InlineData("AUTH_JWT_AUTHORITY", " ", "AUTH_JWT_AUTHORITY is not set; with AUTH_MODE=jwt it must be the address of the issuer of tokens, such as https://login.example.com/realms/main.")]
    [InlineData("AUTH_JWT_AUTHORITY", "http://login.example.com", "AUTH_JWT_AUTHORITY is 'http://login.example.com/'; it must be https (http on loopback only), without a user, query or fragment.")]
    [InlineData("AUTH_JWT_AUTHORITY", "https://me:secret@login.example.com", "AUTH_JWT_AUTHORITY is 'https://login.example.com/'; it must be https (http on loopback only), without a user, query or fragment.")]
    [InlineData("AUTH_JWT_AUDIENCE", "", "AUTH_JWT_AUDIENCE is not set; with AUTH_MODE=jwt it must be what tokens for this gateway have as 'aud'.")]
    [InlineData("AUTH_JWT_CLOCK_SKEW", "601", "AUTH_JWT_CLOCK_SKEW is '601'; it must be a whole number from 0 to 600.")]
    [InlineData("AUTH_JWT_SCOPES", "profile email", "AUTH_JWT_SCOPES is 'profile email'; it must be names with spaces between them, 'openid' among them.")]
    [InlineData("AUTH_JWT_SCOPES", "openid \"all\"", "AUTH_JWT_SCOPES is 'openid \"all\"'; it must be names with spaces between them, 'openid' among them.")]
    public void Read_WrongOfTokens_IsReported(string name, string value, string message) =>
        Assert.Equal([message], TestSettings.Read([.. Tokens.Where(setting => setting.Name != name), (name, value)]).Errors);

    [Theory]
    [InlineData("AUTH_TENANT", "acme", "AUTH_TENANT is 'acme'; it must be empty while AUTH_MODE is none: nobody says what tenant he is of.")]
    [InlineData("AUTH_JWT_AUDIENCE", "gateway", "AUTH_JWT_AUDIENCE is set; it is for AUTH_MODE=jwt.")]
    public void Read_WithoutAMode_IsReported(string name, string value, string message) => Assert.Equal([message], TestSettings.Read((name, value)).Errors);
}
