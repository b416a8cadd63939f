using System.Net.Security;
using FederatedQuery.Gateway.Settings;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>What lies between clients and the gateway: TLS, proxies, browsers.</summary>
internal static class Network
{
    /// <summary>How long browsers keep what a preflight told them.</summary>
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);

    public static void Listen(this IWebHostBuilder web, GatewaySettings settings)
    {
        if (settings.Network.Tls is not null)
        {
            web.UseKestrelHttpsConfiguration();
        }

        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Host, settings.Port, listen =>
            {
                if (settings.Network.Tls is null)
                {
                    return;
                }

                var certificate = kestrel.ApplicationServices.GetRequiredService<TlsCertificate>();
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = certificate.Current() }),
                });
            });
        });
    }

    public static void AddNetwork(this IServiceCollection services, NetworkSettings settings)
    {
        if (settings.Tls is { } files)
        {
            services.AddSingleton(provider => new TlsCertificate(
                files, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TlsCertificate>>()));
        }

        // Keys are sent by the page itself, not by the browser of its own accord: no page needs credentials allowed.
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins([.. settings.Origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders("Retry-After", "Content-Disposition", "ETag", "WWW-Authenticate").SetPreflightMaxAge(PreflightAge)));
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
            options.ForwardLimit = null;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var proxy in settings.Proxies)
            {
                options.KnownIPNetworks.Add(proxy);
            }
        });
    }

    /// <summary>The steps before who asks is looked at: where he comes from is needed there, and preflights come without keys.</summary>
    public static void UseNetwork(this WebApplication app, NetworkSettings settings)
    {
        app.UseSecurityHeaders();
        if (settings.IsForThisMachine)
        {
            app.UseLocalNames();
        }

        if (settings.Proxies.Length > 0)
        {
            app.UseForwardedHeaders();
        }

        if (settings.Origins.Length > 0)
        {
            app.UseCors();
        }
    }
}
