using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FederatedQuery.Gateway.Cli;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Gateway.Tests.Hosting;

/// <summary>TLS, proxies and browsers before a server that answers with what it sees of the client.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Answer_OfAnyKind_HasTheHeaders()
    {
        await using var app = await StartAsync();
        using var client = ClientOf(app);

        foreach (var path in new[] { "/", "/none", "/page" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
            Assert.Equal("DENY", Header(response, "X-Frame-Options"));
            Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
            Assert.Equal(path == "/page" ? "default-src 'self'" : "default-src 'none'; frame-ancestors 'none'", Header(response, "Content-Security-Policy"));
            Assert.Equal("", Header(response, "Strict-Transport-Security"));
            Assert.Equal("", Header(response, "Server"));
        }
    }

    [Fact]
    public async Task Forwarded_ByATrustedProxy_IsBelieved()
    {
        await using var app = await StartAsync(("TRUSTED_PROXIES", "127.0.0.0/8, 10.0.0.7"));

        Assert.Equal("203.0.113.9 https gateway.example", await AskForwardedAsync(app, "203.0.113.9"));
        Assert.Equal("203.0.113.9 https gateway.example", await AskForwardedAsync(app, "203.0.113.9, 10.0.0.7"));
        // What stands before the first proxy that is not trusted, anybody may have written.
        Assert.StartsWith("198.51.100.1 ", await AskForwardedAsync(app, "203.0.113.9, 198.51.100.1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forwarded_ByAnybodyElse_IsNotBelieved()
    {
        await using var app = await StartAsync(("TRUSTED_PROXIES", "10.0.0.7"));
        await using var none = await StartAsync();

        Assert.StartsWith("127.0.0.1 http 127.0.0.1:", await AskForwardedAsync(app, "203.0.113.9"), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1 http 127.0.0.1:", await AskForwardedAsync(none, "203.0.113.9"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.example.org", true)]
    [InlineData("https://other.example.org", false)]
    [InlineData("http://app.example.org", false)]
    [InlineData("null", false)]
    public async Task Preflight_OfAPage_IsAnsweredByTheSetting(string origin, bool isAllowed)
    {
        await using var app = await StartAsync(("CORS_ORIGINS", "https://app.example.org,http://localhost:5173/"));
        using var client = ClientOf(app);
        using var request = new HttpRequestMessage(HttpMethod.Options, "/");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var response = await client.SendAsync(request);

        Assert.Equal(isAllowed ? origin : "", Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal("", Header(response, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("localhost:8000", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("app.localhost:3000", true)]
    [InlineData("127.0.0.1:8000", true)]
    [InlineData("[::1]:8000", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("rebound.example:8000", false)]
    [InlineData("127.0.0.1.rebound.example", false)]
    [InlineData("notlocalhost", false)]
    public async Task Name_WhileNobodyIsAskedWhoHeIs_MustBeThisMachines(string host, bool isAnswered)
    {
        await using var app = await StartAsync();
        await using var open = await StartAsync(("AUTH_ALLOW_ANONYMOUS", "true"));
        await using var keyed = await StartAsync(("AUTH_MODE", "apikey"), ("HOST", "127.0.0.1"));

        var (status, body) = await AskAsync(app, host);
        Assert.Equal(isAnswered ? HttpStatusCode.OK : HttpStatusCode.Forbidden, status);
        Assert.Equal(!isAnswered, body.Contains("\"HOST_NOT_ALLOWED\"", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await AskAsync(open, host)).Status, (await AskAsync(keyed, host)).Status));
    }

    [Fact]
    public async Task Certificate_ChangedOnDisk_IsShownWithoutAStart()
    {
        var time = new Access.Tokens.SetTime();
        WriteCertificate("first.example");
        await using var app = await StartAsync(
            services => services.AddSingleton<TimeProvider>(time), ("TLS_CERTIFICATE", PathOf("tls.crt")), ("TLS_KEY", PathOf("tls.key")));
        Assert.Equal("CN=first.example", await SubjectAsync(app));

        WriteCertificate("second.example");
        File.SetLastWriteTimeUtc(PathOf("tls.crt"), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal("CN=first.example", await SubjectAsync(app));
        time.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second.example", await SubjectAsync(app));

        await File.WriteAllTextAsync(PathOf("tls.crt"), "half of it");
        time.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal("CN=second.example", await SubjectAsync(app));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Starting_WithOrWithoutACertificate_AnswersInTheGatewaysPlace(bool isEncrypted)
    {
        WriteCertificate("gateway.example");
        (string, string?)[] tls = isEncrypted ? [("TLS_CERTIFICATE", PathOf("tls.crt")), ("TLS_KEY", PathOf("tls.key"))] : [];
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using var starting = new StartingServer();
        await starting.StartAsync(TestSettings.ReadRight([("PORT", port.ToString(CultureInfo.InvariantCulture)), .. tls]), "secret", () => "It is late.", CancellationToken.None);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"{(isEncrypted ? "https" : "http")}://127.0.0.1:{port}") };

        using var live = await client.GetAsync(new Uri(HealthEndpoints.Live, UriKind.Relative));
        using var ready = await client.GetAsync(new Uri(HealthEndpoints.Ready, UriKind.Relative));
        using var other = await client.GetAsync(new Uri("/favicon.ico", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (live.StatusCode, ready.StatusCode, other.StatusCode));
        Assert.Equal("""{"status":"starting","parts":{"secret":{"status":"down","milliseconds":0,"error":"It is late."}}}""", await ready.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Health_OfAServerWithOrWithoutACertificate_IsAsked(bool isEncrypted)
    {
        // For the name that clients use, which is not the address that is asked.
        WriteCertificate("gateway.example");
        (string, string?)[] tls = isEncrypted ? [("TLS_CERTIFICATE", PathOf("tls.crt")), ("TLS_KEY", PathOf("tls.key"))] : [];
        await using var app = await StartAsync(tls);
        var settings = TestSettings.ReadRight([("PORT", new Uri(app.Urls.First()).Port.ToString(CultureInfo.InvariantCulture)), .. tls]);

        Assert.Equal(0, await HealthCommand.Create((_, ask) => ask(settings)).Parse(["--live"]).InvokeAsync());
    }

    [Theory]
    [InlineData("CORS_ORIGINS", "*", "CORS_ORIGINS is '*'; it must be origins such as https://app.example.org, with commas between them: scheme, host and port, without a path; '*' is not taken.")]
    [InlineData("CORS_ORIGINS", "https://a.example/path", "CORS_ORIGINS is 'https://a.example/path'; it must be origins such as https://app.example.org, with commas between them: scheme, host and port, without a path; '*' is not taken.")]
    [InlineData("TRUSTED_PROXIES", "proxy", "TRUSTED_PROXIES is 'proxy'; it must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, with commas between them.")]
    [InlineData("TLS_CERTIFICATE", "/none.pem", "TLS_KEY is not set; with TLS_CERTIFICATE it must be a file in PEM too.")]
    [InlineData("TLS_KEY", "/none.pem", "TLS_CERTIFICATE is not set; with TLS_KEY it must be a file in PEM too.")]
    [InlineData("RATE_LIMIT_PER_SECOND", "0", "RATE_LIMIT_PER_SECOND is '0'; it must be a whole number from 1 to 1000000.")]
    [InlineData("RATE_LIMIT_BURST", "5", "RATE_LIMIT_BURST is '5'; it must be empty while RATE_LIMIT_PER_SECOND is.")]
    public void Read_Wrong_IsReported(string name, string value, string message) => Assert.Equal([message], TestSettings.Read((name, value)).Errors);

    [Fact]
    public void Read_CertificateThatIsNone_IsReported()
    {
        File.WriteAllText(PathOf("tls.crt"), "none");
        File.WriteAllText(PathOf("tls.key"), "none");
        var (_, errors) = TestSettings.Read(("TLS_CERTIFICATE", PathOf("tls.crt")), ("TLS_KEY", PathOf("tls.key")));

        Assert.StartsWith($"TLS_CERTIFICATE is '{PathOf("tls.crt")}', TLS_KEY is '{PathOf("tls.key")}'; they must be a certificate and its private key in PEM: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<WebApplication> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(_ => { }, settings);

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> configure, params (string Name, string? Value)[] values)
    {
        var settings = TestSettings.ReadRight([("PORT", "0"), .. values]);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        configure(builder.Services);
        builder.WebHost.Listen(settings);
        builder.Services.AddNetwork(settings.Network);
        var app = builder.Build();
        app.UseNetwork(settings.Network);
        app.MapGet("/", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Host}");
        app.MapGet(HealthEndpoints.Live, () => "alive");
        app.MapGet("/page", (HttpContext context) => context.Response.Headers.ContentSecurityPolicy = "default-src 'self'");
        await app.StartAsync();
        return app;
    }

    private static HttpClient ClientOf(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()) };

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(WebApplication app, string host)
    {
        using var client = ClientOf(app);
        client.DefaultRequestHeaders.Host = host;
        using var response = await client.GetAsync(new Uri("/", UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> AskForwardedAsync(WebApplication app, string chain)
    {
        using var client = ClientOf(app);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("X-Forwarded-For", chain);
        request.Headers.Add("X-Forwarded-Proto", string.Join(", ", chain.Split(',').Select(_ => "https")));
        request.Headers.Add("X-Forwarded-Host", string.Join(", ", chain.Split(',').Select(_ => "gateway.example")));
        using var response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private static async Task<string> SubjectAsync(WebApplication app)
    {
        string? subject = null;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                subject = certificate!.Subject;
                return true;
            },
        };
        using var client = new HttpClient(handler);
        using var response = await client.GetAsync(new Uri(app.Urls.First().Replace("http://", "https://", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("max-age=31536000", Header(response, "Strict-Transport-Security"));
        return subject!;
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : "";

    private void WriteCertificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(PathOf("tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("tls.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private string PathOf(string name) => Path.Combine(_folder.FullPath, name);
}
