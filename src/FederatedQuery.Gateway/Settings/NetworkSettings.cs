using System.Collections.Immutable;
using System.Net;

namespace FederatedQuery.Gateway.Settings;

/// <summary>RATE_LIMIT_*.</summary>
/// <param name="PerSecond">Requests of one key, or of one address where there are no keys.</param>
/// <param name="Burst">Most at once; at least as many.</param>
internal sealed record RateLimit(int PerSecond, int Burst);

/// <summary>How the gateway is reached.</summary>
internal sealed record NetworkSettings
{
    /// <summary>CORS_ORIGINS: whose pages may call the gateway.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>TRUSTED_PROXIES: whose X-Forwarded-* headers are believed.</summary>
    public ImmutableArray<IPNetwork> Proxies { get; init; } = [];

    /// <summary>AUTH_MODE is none, without AUTH_ALLOW_ANONYMOUS: loopback is what keeps others out.</summary>
    public bool IsForThisMachine { get; init; }

    /// <summary>TLS_CERTIFICATE and TLS_KEY; null: plain HTTP.</summary>
    public TlsFiles? Tls { get; init; }
}

/// <summary>Files in PEM, absolute.</summary>
/// <param name="Certificate">The certificate, and those between it and the root.</param>
/// <param name="Key">Its private key.</param>
internal sealed record TlsFiles(string Certificate, string Key);
