using FederatedQuery.Gateway.Access.Auditing;
using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Gateway.Access.Limits;
using FederatedQuery.Gateway.Access.SignIn;
using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Transports.WebSockets;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Gateway.Access;

/// <summary>Who asks, and who may have what.</summary>
internal static class AccessServices
{
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessSettings settings)
    {
        services.AddSingleton<Sessions>();
        services.AddSingleton<Authenticator>();
        services.AddSingleton<KeyRing>();
        switch (settings.Mode)
        {
            case AuthMode.None:
                services.AddSingleton<IAuthenticator, AnonymousAuthenticator>();
                break;
            case AuthMode.ApiKey:
                services.AddSingleton<IAuthenticator, KeyAuthenticator>();
                services.AddHostedService<KeyRingLoop>();
                break;
            case AuthMode.Jwt:
                services.AddSingleton(settings.Tokens!);
                services.AddSingleton<TokenReader>();
                services.AddSingleton<KeyAuthenticator>();
                services.AddSingleton(provider => new IssuerKeys(
                    settings.Tokens!, IssuerClient(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<IssuerKeys>>()));
                services.AddSingleton<IAuthenticator, TokenAuthenticator>();
                services.AddHostedService<KeyRingLoop>();
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"AUTH_MODE {settings.Mode}.");
        }

        services.AddSingleton(provider => new SignInWays(settings, provider.GetService<IssuerKeys>()));
        services.AddSingleton<RequestLimits>();
        services.AddSingleton<AuditLog>();
        services.Configure<RequestExecutorOptions>(options => options.Authorize = FieldGate.Check);
        services.AddSingleton<IConfigureOptions<GraphQLWebSocketOptions>>(provider => new ConfigureOptions<GraphQLWebSocketOptions>(options =>
        {
            var (authenticator, limits, sessions) = (provider.GetRequiredService<Authenticator>(), provider.GetRequiredService<RequestLimits>(), provider.GetRequiredService<Sessions>());
            options.OnConnectionInit = (init, cancellationToken) => GraphQLAccess.AdmitAsync(init, authenticator, limits, sessions, cancellationToken);
            options.OnOperation = context => GraphQLAccess.Count(context, limits);
        }));
        return services;
    }

    /// <summary>Follows no redirects: they could lead from https to elsewhere.</summary>
    private static HttpClient IssuerClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { MaxResponseContentBufferSize = 1 << 20 };

    /// <summary>GraphQL at <c>/graphql</c> for whoever has a key.</summary>
    public static void MapGraphQLForKnown(this WebApplication app)
    {
        var group = app.MapGroup("").ForKnown().WithMetadata(new ProblemFormat(GraphQLAccess.WriteAsync));
        group.MapGraphQL().WithAccess(GraphQLAccess.RuleOf);
    }
}
