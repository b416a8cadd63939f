using System.Net;
using FederatedQuery.Gateway.Access.SignIn;
using FederatedQuery.Gateway.Dashboard;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Gateway.Tests.Dashboard;

/// <summary>A dashboard of a few lines, served over HTTP.</summary>
public sealed class DashboardEndpointsTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private WebApplication? _app;
    private Uri? _root;

    public async Task InitializeAsync()
    {
        await WriteAsync("index.html", "<!doctype html><html><head><title>Here</title></head><body></body></html>");
        await WriteAsync("assets/index-4Fz0.js", new string('x', 5_000));
        await WriteAsync("assets/icon.svg", "<svg/>");
        await StartAsync(_folder.FullPath);
    }

    [Theory]
    [InlineData("/", "./")]
    [InlineData("/tables", "./")]
    [InlineData("/sql?sql=SELECT%201", "./")]
    [InlineData("/operations/", "../")]
    [InlineData("/sign-in?return=graphql", "./")]
    [InlineData("/tables/default/sales", "../../")]
    public async Task Page_AtItsAddress_KnowsTheWayToTheRoot(string address, string root)
    {
        using var response = await _client.GetAsync(At(address));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"<head><base href=\"{root}\" /><title>Here", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.EndsWith("connect-src 'self'", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/tables/sales")]
    [InlineData("/operations/more")]
    [InlineData("/assets/missing-1.js")]
    [InlineData("/assets/..%2findex.html")]
    [InlineData("/index.html")]
    public async Task Address_OfNothing_IsNotFound(string address)
    {
        using var response = await _client.GetAsync(At(address));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("index-4Fz0.js", "br", "public, max-age=31536000, immutable")]
    [InlineData("index-4Fz0.js", "gzip", "public, max-age=31536000, immutable")]
    [InlineData("icon.svg", null, "no-cache")]
    public async Task File_OfTheBuild_IsCompressedAndKeptWhileItsNameHoldsItsHash(string name, string? encoding, string caching)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At($"/assets/{name}"));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding ?? "identity");
        using var response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal(caching, response.Headers.CacheControl!.ToString());
        Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 1, 200);
    }

    [Fact]
    public async Task ClientOfElasticsearch_AtTheRoot_IsNotShownAPage()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At("/"));
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        using var response = await _client.SendAsync(request);

        Assert.Contains("cluster_name", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAGatewayWithoutADashboard_SaysHowToBuildIt()
    {
        await _app!.DisposeAsync();
        await StartAsync(Path.Combine(_folder.FullPath, "missing"));

        var page = await _client.GetStringAsync(At("/tables/default/sales"));

        Assert.Contains("npm run build", page, StringComparison.Ordinal);
        Assert.Contains("href=\"../../graphql\"", page, StringComparison.Ordinal);
        using var file = await _client.GetAsync(At("/assets/icon.svg"));
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
    }

    [Fact]
    public void Page_WithoutAHead_IsRefused() => Assert.Throws<InvalidDataException>(() => new DashboardPage("<html></html>"));

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    private Uri At(string address) => new(_root!, address);

    private async Task StartAsync(string folder)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new SignInWays(AccessSettings.Default, null));
        _app = builder.Build();
        _app.MapDashboard(folder);
        await _app.StartAsync();
        _root = new Uri(_app.Urls.Single());
    }

    private async Task WriteAsync(string name, string content)
    {
        var path = Path.Combine(_folder.FullPath, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
    }
}
