using System.Globalization;
using System.Text;

namespace FederatedQuery.Benchmarks.GraphQL;

/// <summary>All servers on one document as rows of a Markdown table; the first is ours, which the ratios are of.</summary>
internal static class ServerTable
{
    public const string Head =
        "| document | server | requests/s | CPU per request | ours : its | p50 | p99 | ours : its | allocated per request |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";

    public static string Rows(string document, IReadOnlyList<ServerFigures> servers)
    {
        var ours = servers[0];
        var text = new StringBuilder();
        foreach (var server in servers)
        {
            var (processor, p99) = ReferenceEquals(server, ours) ? ("", "") : (Ratio(ServerFigures.ProcessorRatio(ours, server)), Ratio(ServerFigures.P99Ratio(ours, server)));
            text.Append(CultureInfo.InvariantCulture, $"| {document} | {server.Name} | {server.RequestsPerSecond:N0} | {server.ProcessorSeconds * 1e6:N1} us | {processor} ");
            text.Append(CultureInfo.InvariantCulture, $"| {server.MedianSeconds * 1e3:N2} ms | {server.P99Seconds * 1e3:N2} ms | {p99} | {Bytes(server)} |\n");
        }

        return text.ToString();
    }

    private static string Ratio(double ratio) => string.Create(CultureInfo.InvariantCulture, $"**{ratio:0.00}**");

    private static string Bytes(ServerFigures server) =>
        server.AllocatedBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes") : "";
}
