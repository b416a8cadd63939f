using System.Diagnostics;
using FederatedQuery.Testing;

namespace FederatedQuery.Benchmarks;

/// <summary>The npm packages of <c>node/</c>: rivals, and the rows of the flights. Fetched by the first benchmark that needs them.</summary>
internal static class NodePackages
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "FederatedQuery.Benchmarks", "node");

    /// <summary>3,000,000 flights of early 2001: date, delay, distance, origin, destination.</summary>
    public static async Task<string> FlightsAsync(CancellationToken cancellationToken)
    {
        await InstallAsync(cancellationToken);
        return Path.Combine(Folder, "node_modules", "vega-datasets", "data", "flights-3m.parquet");
    }

    /// <summary>Does nothing when what is installed is what the lock file says.</summary>
    /// <exception cref="InvalidOperationException">npm fails; its messages are on standard error.</exception>
    public static async Task InstallAsync(CancellationToken cancellationToken)
    {
        var (wanted, installed) = (Path.Combine(Folder, "package-lock.json"), Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(wanted))
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        using var npm = Process.Start(new ProcessStartInfo(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = Folder,
        }) ?? throw new InvalidOperationException("npm could not be started; Node.js 20 or newer is needed.");
        try
        {
            await npm.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            throw;
        }

        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"'npm ci' in '{Folder}' exited with {npm.ExitCode}.");
        }

        File.SetLastWriteTimeUtc(installed, DateTime.UtcNow);
    }
}
