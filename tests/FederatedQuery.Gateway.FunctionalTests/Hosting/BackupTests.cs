using System.Diagnostics;
using System.Text.RegularExpressions;
using FederatedQuery.Hot.Embedded;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Hosting;

/// <summary>Backup and restore of both tiers, by the commands of docs/operations.md as they stand there.</summary>
public sealed partial class BackupTests : IDisposable
{
    private const string Figures =
        """{ federatedQuery(query: "SELECT count(*) AS n, sum(amount) AS total, min(happened) AS earliest, max(happened) AS latest FROM events") { dataSource data } }""";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DataFolder _server = new();
    private readonly DataFolder _gateway = new();
    private readonly TemporaryFolder _backup = new();

    /// <summary>An installed server with its tools, newest first: the embedded one has no pg_dump, which must not be older than the server.</summary>
    private static string? Installation { get; } = !Directory.Exists("/usr/lib/postgresql")
        ? null
        : Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal)
            .FirstOrDefault(folder => new[] { "initdb", "postgres", "pg_dump", "pg_restore", "createdb", "dropdb" }.All(program => File.Exists(Path.Combine(folder, "bin", program))));

    public void Dispose()
    {
        _server.Dispose();
        _gateway.Dispose();
        _backup.Dispose();
    }

    [ToolsFact]
    public async Task Restore_OfABackupMadeWhileRunning_GivesBackBothTiersAsOfTheDump()
    {
        await using var postgres = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = _server.FullPath, Durable = false, BinariesDirectory = Installation }, logger: null, TimeProvider.System, CancellationToken.None);
        await RunAsync(postgres, """createdb --maintenance-db="$MAINTENANCE_URL" "$POSTGRES_DATABASE" """);
        await using var gateway = new GatewayProcess(_gateway.FullPath, GatewaySettings.Over(postgres.ConnectionTo("warehouse")));
        var rows = _gateway.WriteFile("rows.csv", "id,happened,amount\n1,2024-01-01 00:00:00,10\n2,2024-01-02 00:00:00,20\n3,2099-01-01 00:00:00,30\n");
        var (loaded, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", rows);
        Assert.True(loaded == 0, output);
        await gateway.StartAsync();
        var before = (await gateway.DataAsync(Figures)).GetRawText();
        Assert.Contains("\"n\":3", before.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        await RunAsync(postgres, Commands("backup"));
        var more = _gateway.WriteFile("more.csv", "id,happened,amount\n4,2024-01-03 00:00:00,40\n5,2099-01-02 00:00:00,50\n");
        (loaded, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", more);
        Assert.True(loaded == 0, output);
        Assert.NotEqual(before, (await gateway.DataAsync(Figures)).GetRawText());
        Assert.Equal(0, await gateway.StopAsync());

        await RunAsync(postgres, Commands("restore"));
        await gateway.StartAsync();

        Assert.Equal(before, (await gateway.DataAsync(Figures)).GetRawText());
        (loaded, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", more);
        Assert.True(loaded == 0, output);
        Assert.Contains("\"n\":5", (await gateway.DataAsync(Figures)).GetRawText().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, await gateway.StopAsync());
    }

    private static string Commands(string name) => Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md")))
        .Single(match => match.Groups["name"].Value == name).Groups["commands"].Value;

    private async Task RunAsync(EmbeddedPostgres postgres, string commands)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands]) { RedirectStandardError = true };
        var connection = postgres.ConnectionTo("warehouse");
        start.Environment["PATH"] = $"{Installation}/bin:{start.Environment["PATH"]}";
        start.Environment["BACKUP"] = _backup.FullPath;
        start.Environment["DATA_DIRECTORY"] = _gateway.FullPath;
        start.Environment["POSTGRES_DATABASE"] = "warehouse";
        start.Environment["DATABASE_URL"] = Url("warehouse");
        start.Environment["MAINTENANCE_URL"] = Url("postgres");
        start.Environment["PGPASSWORD"] = connection.Password ?? "";
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, errors);

        string Url(string database) => $"host={connection.Host} port={connection.Port} user={connection.Username} dbname={database}";
    }

    [GeneratedRegex("<!-- run: (?<name>[a-z]+) -->\n```sh\n(?<commands>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    private sealed class ToolsFactAttribute : FactAttribute
    {
        public ToolsFactAttribute() => Skip = Installation is null ? "No PostgreSQL with pg_dump below /usr/lib/postgresql." : null;
    }
}
