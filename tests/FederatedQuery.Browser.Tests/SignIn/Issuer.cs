using System.Diagnostics;
using System.Globalization;
using FederatedQuery.Testing;

namespace FederatedQuery.Browser.Tests.SignIn;

/// <summary>npm's <c>oidc-provider</c> as a process of its own: it signs in whoever names himself.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private Issuer(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <param name="tokenSeconds">What an access token is good for.</param>
    public static async Task<Issuer> StartAsync(int tokenSeconds)
    {
        var process = Process.Start(new ProcessStartInfo("node", ["issuer.js", tokenSeconds.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "FederatedQuery.Browser.Tests", "npm"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("'node' could not be started.");
        using var limit = new CancellationTokenSource(StartTimeout);
        var line = await process.StandardOutput.ReadLineAsync(limit.Token);
        return Uri.TryCreate(line, UriKind.Absolute, out var address)
            ? new Issuer(process, address)
            : throw new InvalidOperationException($"The issuer printed '{line}' instead of its address.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
