using System.CommandLine;
using System.Globalization;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Cli;

/// <summary><c>unreferenced --table T</c>: the files below a cold table's location that no metadata names, as crashes leave them.</summary>
internal static class UnreferencedCommand
{
    /// <param name="withSettings">Reads the settings and calls back, or reports what is wrong with them.</param>
    public static Command Create(Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var table = new Option<string>("--table") { Description = "name, or namespace.name.", Required = true };
        var command = new Command(
            "unreferenced", "List files of a cold table that no snapshot or metadata names: what crashes left behind, or what is being written now.")
        {
            table,
        };
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => StandaloneCommand.RunAsync(
            "unreferenced", "nothing was changed", settings,
            services => ListAsync(services.GetRequiredService<TieringService>(), parsed.GetRequiredValue(table), cancellationToken),
            cancellationToken)));
        return command;
    }

    private static async Task ListAsync(TieringService tiering, string table, CancellationToken cancellationToken)
    {
        var files = await tiering.ListUnreferencedFilesAsync(table, cancellationToken);
        foreach (var file in files)
        {
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{file.Location}  {file.SizeBytes} bytes, {file.Age.TotalMinutes:0} minutes old"));
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{files.Count} unreferenced files, {files.Sum(file => file.SizeBytes)} bytes."));
    }
}
