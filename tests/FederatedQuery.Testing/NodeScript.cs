using System.Diagnostics;

namespace FederatedQuery.Testing;

/// <summary>Runs scripts of <c>tests/npm</c> with Node: independent implementations to compare with. Packages are fetched once, by the lock file.</summary>
public static class NodeScript
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private static readonly Lazy<Task> Packages = new(InstallAsync);

    private static string Folder => Path.Combine(Repository.Root, "tests", "npm");

    /// <summary>The script's standard output. Fails with its standard error when it exits with anything but 0.</summary>
    /// <param name="script">A file of <c>tests/npm</c>.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<string> RunAsync(string script, string input, params string[] arguments)
    {
        await Packages.Value;
        return await RunAsync("node", [script, .. arguments], input);
    }

    /// <summary>Fetches the packages, for scripts that are run in other ways.</summary>
    public static Task EnsurePackagesAsync() => Packages.Value;

    private static async Task InstallAsync()
    {
        // Test projects run as processes of their own, perhaps at the same time: the file is the lock between them.
        var lockPath = Path.Combine(Folder, ".install.lock");
        await using var held = await AcquireAsync(lockPath);
        var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        if (!File.Exists(installed) || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
        {
            var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            await RunAsync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], string.Empty);
            File.SetLastWriteTimeUtc(installed, DateTime.UtcNow);
        }
    }

    private static async Task<FileStream> AcquireAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(started) < Timeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"'{program}' could not be started.");
        using var timeout = new CancellationTokenSource(Timeout);
        var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = process.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' ran longer than {Timeout}.");
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' exited with {process.ExitCode}: {await errors}");
    }
}
