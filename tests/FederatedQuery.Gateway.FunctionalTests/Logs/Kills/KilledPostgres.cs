using System.Diagnostics;
using System.Globalization;
using FederatedQuery.Hot;
using FederatedQuery.Hot.Embedded;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Logs.Kills;

/// <summary>A PostgreSQL of its own whose postmaster can be killed, and started again on what it left.</summary>
internal sealed class KilledPostgres : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private EmbeddedPostgres _server;

    private KilledPostgres(string folder, EmbeddedPostgres server) => (_folder, _server) = (folder, server);

    public static async Task<KilledPostgres> StartAsync(string folder) => new(folder, await LaunchAsync(folder));

    public NpgsqlConnectionStringBuilder Connection => _server.ConnectionTo("postgres");

    /// <summary>kill -9 of the postmaster: those it has started notice by themselves, in the middle of what they do.</summary>
    public async Task KillAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(_server.ClusterDirectory, "postmaster.pid"));
        using var postmaster = Process.GetProcessById(int.Parse(lines[0], CultureInfo.InvariantCulture));
        postmaster.Kill(entireProcessTree: false);
        await postmaster.WaitForExitAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Starts it again. It refuses as long as one of those that the old one had started is still there.</summary>
    public async Task StartAgainAsync()
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                _server = await LaunchAsync(_folder);
                return;
            }
            catch (HotException) when (Stopwatch.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(100);
            }
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Task<EmbeddedPostgres> LaunchAsync(string folder) =>
        EmbeddedPostgres.StartAsync(new EmbeddedPostgresOptions { DataDirectory = folder }, logger: null, TimeProvider.System, CancellationToken.None);
}
