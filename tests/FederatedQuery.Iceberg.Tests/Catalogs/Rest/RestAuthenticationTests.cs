using System.Collections.Concurrent;
using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest;

public class RestAuthenticationTests : IAsyncLifetime
{
    private const string Secret = "s3cr:et&more";

    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<string> _forms = new();
    private readonly ConcurrentDictionary<string, bool> _accepted = new();
    private TestRestServer _server = null!; // set before each test
    private int _tokens;

    public async Task InitializeAsync()
    {
        _server = await TestRestServer.StartAsync();
        _server.Before = GuardAsync;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task OAuth2_ManyRequestsAtOnce_ShareOneToken()
    {
        using var catalog = Open((RestCatalogProperties.Credential, $"me:{Secret}"), (RestCatalogProperties.Scope, "PRINCIPAL_ROLE:ALL"));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => catalog.ListNamespacesAsync(default)));

        var form = Assert.Single(_forms);
        Assert.Equal("client_id=me&client_secret=s3cr%3Aet%26more&grant_type=client_credentials&scope=PRINCIPAL_ROLE%3AALL", form);
    }

    [Fact]
    public async Task OAuth2_TokenIsAboutToExpire_IsRenewedBefore()
    {
        using var catalog = Open((RestCatalogProperties.Credential, $"me:{Secret}"));
        await catalog.ListNamespacesAsync(default);

        _time.Now += TimeSpan.FromSeconds(75);
        await catalog.ListNamespacesAsync(default);
        Assert.Single(_forms);

        // Of 100 seconds the last 20 are for renewal.
        _time.Now += TimeSpan.FromSeconds(10);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => catalog.ListNamespacesAsync(default)));
        Assert.Equal(2, _forms.Count);
        Assert.DoesNotContain(_server.Log, line => line.EndsWith("401", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(419)]
    public async Task OAuth2_ServerRejectsTheToken_GetsAnotherOnce(int status)
    {
        using var catalog = Open((RestCatalogProperties.Credential, $"me:{Secret}"));
        await catalog.ListNamespacesAsync(default);
        _rejectedWith = status;
        _accepted.Clear();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => catalog.ListNamespacesAsync(default)));

        Assert.Equal(2, _forms.Count);
    }

    [Fact]
    public async Task OAuth2_NoTokenIsEverAccepted_IsToldWithoutTheSecret()
    {
        _acceptsNothing = true;
        using var catalog = Open((RestCatalogProperties.Credential, $"me:{Secret}"));

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListNamespacesAsync(default));

        Assert.Equal(IcebergErrorKind.AccessDenied, exception.Kind);
        Assert.Equal(2, _forms.Count);
        Assert.DoesNotContain("s3cr", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("token-", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OAuth2_WrongSecret_IsToldWithTheReason()
    {
        using var catalog = Open((RestCatalogProperties.Credential, "me:wrong-secret"));

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListNamespacesAsync(default));

        Assert.Equal(
            $"The OAuth2 server {_server.Address}v1/oauth/tokens gave no token for the REST catalog: it answered 401 (invalid_client: Unknown client.).", exception.Message);
        Assert.Equal(IcebergErrorKind.AccessDenied, exception.Kind);
    }

    [Fact]
    public async Task OAuth2_ServerElsewhere_IsAskedThere()
    {
        await using var elsewhere = await TestRestServer.StartAsync();
        elsewhere.Before = GuardAsync;
        using var catalog = Open((RestCatalogProperties.Credential, $"me:{Secret}"), (RestCatalogProperties.OAuth2ServerUri, $"{elsewhere.Address}v1/oauth/tokens"));

        await catalog.ListNamespacesAsync(default);

        Assert.Single(elsewhere.Log);
        Assert.DoesNotContain(_server.Log, line => line.Contains("oauth", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BearerToken_IsSentAsItIs()
    {
        _accepted["fixed"] = true;
        using var catalog = Open((RestCatalogProperties.Token, "fixed"));
        await catalog.ListNamespacesAsync(default);
        using var other = Open((RestCatalogProperties.Token, "other-token"));

        var exception = await Assert.ThrowsAsync<IcebergException>(() => other.ListNamespacesAsync(default));

        Assert.Equal(IcebergErrorKind.AccessDenied, exception.Kind);
        Assert.DoesNotContain("other-token", exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(_forms);
    }

    private int _rejectedWith = 401;
    private bool _acceptsNothing;

    private RestCatalog Open(params (string Name, string Value)[] properties) => new(
        new RestCatalogOptions
        {
            Uri = _server.Address,
            Properties = properties.ToImmutableDictionary(property => property.Name, property => property.Value),
            MaxRetryDelay = TimeSpan.FromMilliseconds(10),
        },
        _server.Stores, _time);

    private async Task<bool> GuardAsync(HttpContext context)
    {
        if (context.Request.Path == "/v1/oauth/tokens")
        {
            var form = await context.Request.ReadFormAsync();
            _forms.Enqueue(string.Join('&', form.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={Uri.EscapeDataString(entry.Value.ToString())}")));
            if (form["client_secret"] != Secret)
            {
                await TestRestServer.AnswerAsync(context, 401, """{"error": "invalid_client", "error_description": "Unknown client."}""");
                return true;
            }

            // Long enough for the others to come and wait.
            await Task.Delay(50, context.RequestAborted);
            var token = $"token-{Interlocked.Increment(ref _tokens)}";
            _accepted[token] = true;
            await TestRestServer.AnswerAsync(context, 200, $$"""{"access_token": "{{token}}", "token_type": "Bearer", "expires_in": 100}""");
            return true;
        }

        var sent = context.Request.Headers.Authorization.ToString();
        if (!_acceptsNothing && sent.StartsWith("Bearer ", StringComparison.Ordinal) && _accepted.ContainsKey(sent["Bearer ".Length..]))
        {
            return false;
        }

        await TestRestServer.AnswerAsync(context, _rejectedWith, """{"error": {"message": "Not you.", "type": "NotAuthorizedException", "code": 401}}""");
        return true;
    }
}
