using System.ComponentModel;
using System.Diagnostics;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Demo;

/// <summary>Fetches the flights: a file of an npm package, pinned by its lock file, kept in DATA_DIRECTORY.</summary>
internal sealed class FlightsPackage(GatewaySettings settings, TimeProvider time)
{
    private const string File3M = "node_modules/vega-datasets/data/flights-3m.parquet";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);
    private static readonly string[] PackageFiles = ["package.json", "package-lock.json"];

    /// <returns>The Parquet file; fetched when it is not there yet.</returns>
    /// <exception cref="DemoException">npm is missing or failed.</exception>
    public async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(settings.DataDirectory, "demo");
        var file = Path.Combine(folder, File3M);
        if (System.IO.File.Exists(file))
        {
            return file;
        }

        Directory.CreateDirectory(folder);
        foreach (var name in PackageFiles)
        {
            System.IO.File.Copy(Path.Combine(AppContext.BaseDirectory, "demo-npm", name), Path.Combine(folder, name), overwrite: true);
        }

        await InstallAsync(folder, cancellationToken);
        return System.IO.File.Exists(file) ? file : throw new DemoException($"npm ci in '{folder}' left no '{File3M}'.");
    }

    private async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var npm = Start(start);
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(both.Token);
            var errors = npm.StandardError.ReadToEndAsync(both.Token);
            await npm.WaitForExitAsync(both.Token);
            if (npm.ExitCode != 0)
            {
                throw new DemoException($"npm ci in '{folder}' failed: {await errors}{await output}".TrimEnd());
            }
        }
        catch (OperationCanceledException)
        {
            npm.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new DemoException($"npm ci in '{folder}' took longer than {Timeout.TotalMinutes:0} minutes.");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new DemoException($"npm could not be started ({error.Message}); it comes with Node.js.", error);
        }
    }
}
