using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.Local;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Iceberg.Tests.Catalogs.Rest;

public class RestCatalogTests : IAsyncLifetime
{
    private static readonly ImmutableDictionary<string, string> None = ImmutableDictionary<string, string>.Empty;

    private readonly ManualTime _time = new();
    private TestRestServer _server = null!; // set before each test

    public async Task InitializeAsync() => _server = await TestRestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task ConnectAsync_DefaultsAndOverrides_GoAroundTheClientsOwn()
    {
        _server.Config = new CatalogConfig
        {
            Defaults = None.Add("header.X-A", "server").Add("header.X-B", "server"),
            Overrides = None.Add("header.X-C", "server").Add("prefix", "p"),
        };
        _server.Prefix = "p";
        var seen = new List<string>();
        _server.Before = context =>
        {
            seen.Add($"{context.Request.Path}{context.Request.QueryString} {string.Join(',', "ABC".Select(letter => context.Request.Headers[$"X-{letter}"].ToString()))}");
            return Task.FromResult(false);
        };
        using var catalog = Open(options => options with
        {
            Warehouse = "s3://bucket/wäre house",
            Properties = None.Add("header.X-A", "client").Add("header.X-C", "client"),
        });

        await catalog.ListNamespacesAsync(default);

        Assert.Equal(["/v1/config?warehouse=s3%3A%2F%2Fbucket%2Fw%C3%A4re%20house client,,client", "/v1/p/namespaces?pageToken= client,server,server"], seen);
    }

    [Fact]
    public async Task ConnectAsync_FailedOnce_IsTriedAgain()
    {
        var answers = 0;
        _server.Before = async context =>
        {
            if (Interlocked.Increment(ref answers) > 1)
            {
                return false;
            }

            await TestRestServer.AnswerAsync(context, 404, """{"error": {"message": "There is no warehouse 'w'.", "type": "NoSuchWarehouseException", "code": 404}}""");
            return true;
        };
        using var catalog = Open();

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.ConnectAsync(default));
        await catalog.ConnectAsync(default);

        Assert.Equal(IcebergErrorKind.NotFound, exception.Kind);
        Assert.Equal($"The REST catalog answered GET {_server.Address}v1/config with 404 NoSuchWarehouseException: There is no warehouse 'w'.", exception.Message);
    }

    [Fact]
    public async Task ConnectAsync_NobodyThere_IsUnavailable()
    {
        using var catalog = Open(options => options with { Uri = new Uri("http://127.0.0.1:1/") });

        Assert.Equal(IcebergErrorKind.Unavailable, (await Assert.ThrowsAsync<IcebergException>(() => catalog.ConnectAsync(default))).Kind);
    }

    [Fact]
    public async Task RegisterTableAsync_NotOffered_IsRefusedWithoutARequest()
    {
        _server.Config = new CatalogConfig { Endpoints = ["GET /v1/{prefix}/namespaces"] };
        using var catalog = Open();
        await catalog.ListNamespacesAsync(default);
        var requests = _server.Log.Count;

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.RegisterTableAsync(new TableIdentifier("a", "b"), "/x.metadata.json", default));

        Assert.Equal(
            $"The REST catalog {_server.Address}v1 does not offer 'POST /v1/{{prefix}}/namespaces/{{namespace}}/register'.", exception.Message);
        Assert.Equal(requests, _server.Log.Count);
    }

    [Fact]
    public async Task LoadTableAsync_Unchanged_DoesNotComeAgain()
    {
        using var catalog = Open();
        var created = await CreateAsync(catalog);

        var first = await catalog.LoadTableAsync(created.Identifier, default);
        var second = await catalog.LoadTableAsync(created.Identifier, default);

        Assert.Same(first.Metadata, second.Metadata);
        Assert.Equal(["200", "304"], _server.Log.Where(line => line.StartsWith("GET /v1/namespaces/ns/tables/t?", StringComparison.Ordinal)).Select(line => line[^3..]));
    }

    [Fact]
    public async Task ListNamespacesAsync_NamesThatCannotBe_AreLeftOut()
    {
        _server.Before = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/namespaces", StringComparison.Ordinal) || context.Request.Query["parent"].Count > 0)
            {
                return false;
            }

            await TestRestServer.AnswerAsync(context, 200, """{"namespaces": [["a.b"], ["c/d"], ["e"]]}""");
            return true;
        };
        using var catalog = Open();

        Assert.Equal(["e"], await catalog.ListNamespacesAsync(default));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(429, true)]
    [InlineData(400, false)]
    [InlineData(501, false)]
    public async Task ListNamespacesAsync_FailsOnce_IsRepeatedWhenItMayPass(int status, bool isRepeated)
    {
        using var catalog = Open();
        await catalog.ConnectAsync(default);
        FailOnce(_ => true, status, "text/html", "<html>Something went wrong.</html>");

        if (isRepeated)
        {
            Assert.Empty(await catalog.ListNamespacesAsync(default));
        }
        else
        {
            var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListNamespacesAsync(default));
            Assert.Equal($"The REST catalog answered GET {_server.Address}v1/namespaces with {status}.", exception.Message);
        }
    }

    [Fact]
    public async Task CreateNamespaceAsync_AnswerIsAnError_IsNotRepeatedAndNotKnown()
    {
        using var catalog = Open();
        await catalog.ConnectAsync(default);
        FailOnce(_ => true, 503, "application/json", """{"error": {"message": "Slow down", "type": "SlowDownException", "code": 503}}""");

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.CreateNamespaceAsync("ns", None, default));

        Assert.Equal(IcebergErrorKind.CommitStateUnknown, exception.Kind);
        Assert.Equal(
            $"Whether namespace 'ns' was created is not known. The REST catalog answered POST {_server.Address}v1/namespaces with 503 SlowDownException: Slow down", exception.Message);
        Assert.Equal(2, _server.Log.Count);
    }

    [Fact]
    public async Task CreateNamespaceAsync_ServerKnowsIdempotencyKeys_IsRepeatedUnderTheSame()
    {
        _server.Config = new CatalogConfig { IdempotencyKeyLifetime = "PT30M" };
        using var catalog = Open();
        await catalog.ConnectAsync(default);
        var keys = new List<string>();
        FailOnce(request => Note(keys, request.Headers["Idempotency-Key"].ToString()), 503, "text/plain", "");

        await catalog.CreateNamespaceAsync("ns", None, default);

        Assert.Equal(2, keys.Count);
        Assert.True(Guid.TryParse(keys[0], out var key) && key.Version == 7);
        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task ListNamespacesAsync_Redirection_IsNotFollowed()
    {
        using var catalog = Open();
        await catalog.ConnectAsync(default);
        _server.Before = context =>
        {
            context.Response.Redirect("https://elsewhere.example/v1/namespaces");
            return Task.FromResult(true);
        };

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListNamespacesAsync(default));

        Assert.EndsWith(
            "with 302, a redirection to https://elsewhere.example/v1/namespaces, which is not followed; set the catalog's address to where it is", exception.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListTablesAsync_NoAnswerInTime_IsUnavailable()
    {
        using var catalog = Open(options => options with { RequestTimeout = TimeSpan.FromSeconds(2), MaxRetries = 0 });
        await catalog.ConnectAsync(default);
        _server.Before = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        };

        var exception = await Assert.ThrowsAsync<IcebergException>(() => catalog.ListTablesAsync("ns", default));

        Assert.Equal(IcebergErrorKind.Unavailable, exception.Kind);
        Assert.EndsWith("none within 2 seconds.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LoadTableAsync_VendedCredentials_AreUsedAndRenewedBeforeTheyExpire(bool hasEndpoint)
    {
        var given = 0;
        _server.Config = new CatalogConfig
        {
            Endpoints = ["POST /v1/{prefix}/namespaces", "POST /v1/{prefix}/namespaces/{namespace}/tables", "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
                .. hasEndpoint ? ["GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials"] : (string[])[]],
        };
        _server.Describe = table => new LoadTableResult
        {
            MetadataLocation = table.MetadataLocation,
            Metadata = table.Metadata,
            Config = None.Add("client.region", "eu-north-1"),
            StorageCredentials = [new StorageCredential("s3://bucket/data", None
                .Add("s3.access-key-id", $"key-{++given}")
                .Add("s3.secret-access-key", "secret")
                .Add("s3.session-token", "session")
                .Add("s3.session-token-expires-at-ms", _time.Now.AddMinutes(10).ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)))],
        };
        var storage = new RecordingStorage();
        using var catalog = Open(options => options with { Storage = storage });
        var table = await CreateAsync(catalog);

        var credentials = Assert.Single(storage.Opened);
        Assert.Equal("s3://bucket/data", credentials.Prefix);
        var first = await credentials.GetAsync(default);
        Assert.Equal(("key-1", "secret", "session", "eu-north-1"), (first.AccessKeyId, first.SecretAccessKey, first.SessionToken, first.Region));
        Assert.DoesNotContain("secret", first.ToString(), StringComparison.Ordinal);

        _time.Now += TimeSpan.FromMinutes(9);
        var renewed = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => credentials.GetAsync(default)));

        Assert.All(renewed, credential => Assert.Equal("key-2", credential.AccessKeyId));
        Assert.Equal("eu-north-1", renewed[0].Region);
        Assert.Equal(hasEndpoint, _server.Log.Any(line => line.Contains("/credentials", StringComparison.Ordinal)));
        await catalog.LoadTableAsync(table.Identifier, default);
        Assert.Single(storage.Opened);
    }

    [Fact]
    public async Task LoadTableAsync_ServerWantsToPlan_IsRefused()
    {
        using var catalog = Open();
        var table = await CreateAsync(catalog);
        _server.Describe = loaded => new LoadTableResult
        {
            MetadataLocation = loaded.MetadataLocation,
            Metadata = loaded.Metadata,
            Config = None.Add("scan-planning-mode", "server"),
        };

        Assert.Equal(IcebergErrorKind.Unsupported, (await Assert.ThrowsAsync<IcebergException>(() => catalog.LoadTableAsync(table.Identifier, default))).Kind);
    }

    private static bool Note(List<string> notes, string note)
    {
        notes.Add(note);
        return true;
    }

    private RestCatalog Open(Func<RestCatalogOptions, RestCatalogOptions>? change = null)
    {
        var options = new RestCatalogOptions { Uri = _server.Address, MaxRetryDelay = TimeSpan.FromMilliseconds(10) };
        return new RestCatalog(change is null ? options : change(options), _server.Stores, _time);
    }

    private void FailOnce(Func<HttpRequest, bool> matches, int status, string contentType, string body)
    {
        var failed = 0;
        _server.Before = async context =>
        {
            if (!matches(context.Request) || Interlocked.Increment(ref failed) > 1)
            {
                return false;
            }

            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            await context.Response.WriteAsync(body);
            return true;
        };
    }

    private static async Task<CatalogTable> CreateAsync(RestCatalog catalog)
    {
        await catalog.CreateNamespaceAsync("ns", None, default);
        return await catalog.CreateTableAsync(
            new TableIdentifier("ns", "t"), new NewTable { Schema = new Schema(0, NestedField.RequiredField(1, "id", IcebergType.Long)) }, default);
    }

    /// <summary>Notes what it is asked to open.</summary>
    private sealed class RecordingStorage : ITableStorage
    {
        public List<VendedCredentials> Opened { get; } = [];

        public ObjectStoreRegistry.Root? TryOpen(string location, VendedCredentials? credentials)
        {
            Assert.NotNull(credentials);
            Opened.Add(credentials);
            return new ObjectStoreRegistry.Root(location, new LocalObjectStore(Path.GetTempPath(), TimeProvider.System));
        }
    }
}
