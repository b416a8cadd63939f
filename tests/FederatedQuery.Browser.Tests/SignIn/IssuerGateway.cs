using FederatedQuery.Testing;

namespace FederatedQuery.Browser.Tests.SignIn;

/// <summary>A gateway whose pages sign people in at an issuer, and that issuer.</summary>
public sealed class IssuerGateway : IAsyncLifetime, IDisposable
{
    /// <summary>So short that a test sees tokens renewed.</summary>
    private const int TokenSeconds = 4;

    private readonly DataFolder _folder = new();
    private Issuer? _issuer;

    public GatewayProcess Process { get; private set; } = null!; // set before the first test runs

    /// <summary>The issuer's host and port, by which people know it.</summary>
    public string IssuerName => _issuer!.Address.Authority;

    public async Task InitializeAsync()
    {
        if (Chromium.ExecutablePath is null)
        {
            // The tests say so, each as skipped.
            return;
        }

        _issuer = await Issuer.StartAsync(TokenSeconds);
        Process = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>
        {
            ["AUTH_MODE"] = "jwt",
            ["AUTH_JWT_AUTHORITY"] = _issuer.Address.AbsoluteUri,
            ["AUTH_JWT_AUDIENCE"] = "gateway",
            ["AUTH_JWT_CLIENT_ID"] = "dashboard",
            ["HOST"] = "127.0.0.1",
            ["MAINTENANCE_ENABLED"] = "false",
        });
        await Process.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_issuer is not null)
        {
            await Process.DisposeAsync();
            await _issuer.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();
}
