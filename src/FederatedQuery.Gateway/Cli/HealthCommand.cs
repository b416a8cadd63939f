using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Cli;

/// <summary><c>health</c>: asks the gateway that runs with the same settings whether it is ready, for containers without a client of HTTP.</summary>
internal static class HealthCommand
{
    private const int NotReady = 1;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <param name="withSettings">Reads the settings and calls back, or reports what is wrong with them.</param>
    public static Command Create(Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var live = new Option<bool>("--live") { Description = "Ask only whether the process answers, not whether it is ready." };
        var command = new Command("health", "Ask the gateway that listens on HOST and PORT whether it is ready: exit code 0 says yes, 1 no.") { live };
        command.SetAction((parsed, cancellationToken) =>
            withSettings(parsed, settings => AskAsync(settings, parsed.GetValue(live) ? HealthEndpoints.Live : HealthEndpoints.Ready, cancellationToken)));
        return command;
    }

    private static async Task<int> AskAsync(GatewaySettings settings, string path, CancellationToken cancellationToken)
    {
        var host = settings.Host switch
        {
            var any when any.Equals(IPAddress.Any) => IPAddress.Loopback,
            var any when any.Equals(IPAddress.IPv6Any) => IPAddress.IPv6Loopback,
            var address => address,
        };
        var authority = host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : host.ToString();
        var scheme = settings.Network.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        using var handler = new SocketsHttpHandler { UseProxy = false };

        // The certificate is for the name that clients use, not for this address; nothing secret is sent, and this host is believed.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        using var client = new HttpClient(handler) { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(new Uri($"{scheme}://{authority}:{settings.Port}{path}"), cancellationToken);
            await Console.Out.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellationToken));
            return response.IsSuccessStatusCode ? 0 : NotReady;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"health: no gateway answers on {authority}, port {settings.Port}: {error.Message}");
            return NotReady;
        }
    }
}
