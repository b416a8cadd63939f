using System.Net.Sockets;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Playground;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.Hot;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>The gateway as a server.</summary>
internal static class GatewayHost
{
    private const int Failed = 1;

    /// <summary>Serves until a signal ends it. What keeps it from starting is said in one line on standard error.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(GatewaySettings settings, bool demo, CancellationToken cancellationToken)
    {
        await using var app = Build(settings, demo);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            return await FailAsync($"PORT is {settings.Port}, and another process listens on {settings.Host}, port {settings.Port}; choose another PORT or end that process.");
        }
        catch (SocketException error)
        {
            return await FailAsync($"HOST is {settings.Host}, PORT is {settings.Port}, which cannot be listened on: {error.Message}");
        }
        catch (OptionsValidationException error)
        {
            return await FailAsync([.. error.Failures]);
        }
        catch (HotException error)
        {
            return await FailAsync(error.Message);
        }

        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static WebApplication Build(GatewaySettings settings, bool demo)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings.Host, settings.Port));
        builder.Logging.AddGatewayLogging(quiet: demo);
        builder.Services.AddGateway(settings);

        var app = builder.Build();
        app.UsePlayground();
        app.MapGraphQL();
        app.MapHealth();
        return app;
    }

    private static async Task<int> FailAsync(params IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            await Console.Error.WriteLineAsync(line);
        }

        return Failed;
    }
}
