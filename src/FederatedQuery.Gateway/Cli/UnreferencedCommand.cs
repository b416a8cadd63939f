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
        var age = new Option<double>("--older-than-days") { Description = "Only files at least so old; 3 are those that maintenance removes." };
        var command = new Command(
            "unreferenced", "List files of a cold table that no snapshot or metadata names: what crashes left behind, or what is being written now.")
        {
            table, age,
        };
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => StandaloneCommand.RunAsync(
            "unreferenced", "nothing was changed", settings,
            services => ListAsync(services.GetRequiredService<TieringService>(), parsed.GetRequiredValue(table), TimeSpan.FromDays(parsed.GetValue(age)), cancellationToken),
            cancellationToken)));
        return command;
    }

    private static async Task ListAsync(TieringService tiering, string table, TimeSpan age, CancellationToken cancellationToken)
    {
        var (count, bytes) = (0L, 0L);
        await foreach (var file in tiering.ListUnreferencedFilesAsync(table, age == TimeSpan.Zero ? null : age, cancellationToken))
        {
            (count, bytes) = (count + 1, bytes + file.SizeBytes);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{file.Location}  {file.SizeBytes} bytes, {file.Age.TotalMinutes:0} minutes old"));
        }

        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{count} unreferenced files, {bytes} bytes."));
    }
}
