using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using FederatedQuery.Gateway.Hosting;

namespace FederatedQuery.Gateway.Settings;

/// <summary>Reads CORS_ORIGINS, TRUSTED_PROXIES and TLS_*.</summary>
internal sealed class NetworkReader(CheckedValues values)
{
    public NetworkSettings Read() => new() { Origins = Origins(), Proxies = Proxies(), Tls = Tls() };

    private ImmutableArray<string> Origins()
    {
        var origins = ImmutableArray.CreateBuilder<string>();
        foreach (var item in values.Items("CORS_ORIGINS"))
        {
            if (Uri.TryCreate(item, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority).Equals(item.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
            {
                origins.Add(uri.GetLeftPart(UriPartial.Authority));
            }
            else
            {
                values.Error($"CORS_ORIGINS is '{item}'; it must be origins such as https://app.example.org, with commas between them: scheme, host and port, without a path; '*' is not taken.");
            }
        }

        return origins.ToImmutable();
    }

    private ImmutableArray<IPNetwork> Proxies()
    {
        var proxies = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (var item in values.Items("TRUSTED_PROXIES"))
        {
            if (IPNetwork.TryParse(item, out var network))
            {
                proxies.Add(network);
            }
            else if (IPAddress.TryParse(item, out var address))
            {
                proxies.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                values.Error($"TRUSTED_PROXIES is '{item}'; it must be addresses or networks such as 10.0.0.7 or 10.0.0.0/8, with commas between them.");
            }
        }

        return proxies.ToImmutable();
    }

    private TlsFiles? Tls()
    {
        var (certificate, key) = (values.Text("TLS_CERTIFICATE"), values.Text("TLS_KEY"));
        if (certificate is null || key is null)
        {
            if (certificate is not null || key is not null)
            {
                values.Error($"{(certificate is null ? "TLS_CERTIFICATE" : "TLS_KEY")} is not set; with {(certificate is null ? "TLS_KEY" : "TLS_CERTIFICATE")} it must be a file in PEM too.");
            }

            return null;
        }

        var files = new TlsFiles(Path.GetFullPath(certificate), Path.GetFullPath(key));
        try
        {
            _ = TlsCertificate.Load(files);
            return files;
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            values.Error($"TLS_CERTIFICATE is '{certificate}', TLS_KEY is '{key}'; they must be a certificate and its private key in PEM: {wrong.Message}");
            return null;
        }
    }
}
