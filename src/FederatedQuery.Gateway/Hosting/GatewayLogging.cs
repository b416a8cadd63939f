using System.Text.Encodings.Web;
using System.Text.Json;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>One JSON object per line on standard output.</summary>
internal static class GatewayLogging
{
    /// <param name="quiet">Warnings and errors only, for runs that print for people.</param>
    public static void AddGatewayLogging(this ILoggingBuilder logging, bool quiet)
    {
        logging.ClearProviders();
        logging.AddJsonConsole(console =>
        {
            // The trace and the span that a line was written in, the address of the request.
            console.IncludeScopes = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            console.JsonWriterOptions = new JsonWriterOptions { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        logging.SetMinimumLevel(quiet ? LogLevel.Warning : LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", quiet ? LogLevel.Warning : LogLevel.Information);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        // Of each connection of a pool, that it could not even be closed any more; who used one says why.
        logging.AddFilter("Npgsql.Connection", LogLevel.Critical);
    }
}
