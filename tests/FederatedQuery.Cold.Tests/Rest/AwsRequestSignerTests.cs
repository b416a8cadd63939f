using System.Collections.Concurrent;
using System.Collections.Immutable;
using Amazon.Runtime;
using FederatedQuery.Cold.Rest;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Cold.Tests.Rest;

public class AwsRequestSignerTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string?> _faults = new();
    private WebApplication _server = null!; // set before each test

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("glue", null)]
    [InlineData("s3tables", "session/token+==")]
    public async Task SignAsync_RequestsOfACatalog_AreWhatAwsChecks(string service, string? sessionToken)
    {
        using var catalog = Open(service, sessionToken is null ? new BasicAWSCredentials("AKID", "se/cr+et") : new SessionAWSCredentials("AKID", "se/cr+et", sessionToken));

        await catalog.ListTablesAsync("a b.été", default);
        await catalog.CreateNamespaceAsync("new", new Dictionary<string, string> { ["owner"] = "ann" }, default);
        await catalog.DropTableAsync(new TableIdentifier("ns", "50% + ü*'()"), default);

        Assert.Equal(4, _faults.Count);
        Assert.All(_faults, Assert.Null);
    }

    [Fact]
    public async Task SignAsync_AnotherSecret_IsNoticedByTheCheck()
    {
        using var catalog = Open("glue", new BasicAWSCredentials("AKID", "other"));

        await Assert.ThrowsAsync<Iceberg.IcebergException>(() => catalog.ConnectAsync(default));

        Assert.StartsWith("The signature does not fit", Assert.Single(_faults), StringComparison.Ordinal);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var service = context.Request.Headers["X-Service"].ToString();
        var fault = await SignatureCheck.FindFaultAsync(context.Request, "AKID", "se/cr+et", service, "eu-central-1");
        _faults.Enqueue(fault);
        context.Response.StatusCode = fault is null ? 200 : 403;
        if (fault is null)
        {
            await context.Response.WriteAsync(context.Request.Path.Value!.EndsWith("/config", StringComparison.Ordinal)
                ? """{"defaults": {}, "overrides": {"prefix": "arn%3Aaws%3As3tables"}}"""
                : """{"identifiers": [], "namespaces": []}""");
        }
    }

    private RestCatalog Open(string service, AWSCredentials credentials) => new(
        new RestCatalogOptions
        {
            Uri = new Uri(new Uri(_server.Urls.First()), "/iceberg"),
            Warehouse = "arn:aws:s3tables:eu-central-1:1:bucket/b",
            Signer = new AwsRequestSigner(credentials, "eu-central-1", TimeProvider.System),
            Properties = ImmutableDictionary<string, string>.Empty
                .Add(RestCatalogProperties.SigV4Enabled, "true")
                .Add(RestCatalogProperties.SigningName, service)
                .Add("header.X-Service", service),
        },
        new ObjectStoreRegistry(), TimeProvider.System);
}
