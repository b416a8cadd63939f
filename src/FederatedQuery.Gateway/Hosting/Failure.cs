using System.Net.Sockets;
using FederatedQuery.Federation.Queries;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Hot;
using FederatedQuery.Tiering;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>Failures that the person at the command line can put right, in their words; everything else keeps its stack trace.</summary>
internal static class Failure
{
    /// <returns>Null for a failure of the program itself.</returns>
    public static string? MessageOf(Exception error) => error switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        TieringException or HotException => error.Message,
        UnauthorizedAccessException or DirectoryNotFoundException => error.Message,
        _ => FailureTranslation.TryTranslate(error)?.Message,
    };

    /// <summary>As <see cref="MessageOf(Exception)"/>, of a server that could not start.</summary>
    public static string? MessageOf(Exception error, GatewaySettings settings) => error switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"PORT is {settings.Port}, and another process listens on {settings.Host}, port {settings.Port}; choose another PORT or end that process.",
        SocketException socket => $"HOST is {settings.Host}, PORT is {settings.Port}, which cannot be listened on: {socket.Message}",
        _ => MessageOf(error),
    };
}
