using System.Diagnostics;
using System.Net.Http.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Hosting;

/// <summary>The steps of the Dockerfile, into an empty folder instead of an image: what they make runs as somebody who may write nothing but its data.</summary>
public sealed class PublishTests : IDisposable
{
    private const string Nobody = "65534";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _published = new();
    private readonly DataFolder _data = new();

    public void Dispose()
    {
        _published.Dispose();
        _data.Dispose();
    }

    [RootFact]
    public async Task Publish_ReadOnlyTreeOfAnotherUser_ServesBothTiers()
    {
        var folder = Path.Combine(_published.FullPath, "app");
        // As built for the tests: compiling it all once more takes minutes.
        await RunAsync("bash", Path.Combine(Repository.Root, "deploy", "publish.sh"), folder, "--configuration", GatewayProcess.Configuration, "--no-build");
        await RunAsync("chmod", "-R", "a+rX,a-w", _published.FullPath);
        await RunAsync("chown", "-R", Nobody, _data.FullPath);
        var before = Listing(folder);
        var gateway = new GatewayProcess(
            _data.FullPath,
            new Dictionary<string, string> { ["MAINTENANCE_ENABLED"] = "false", ["DOTNET_EnableDiagnostics"] = "0", ["HOME"] = "/nonexistent" },
            ["setpriv", "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--no-new-privs", "dotnet", Path.Combine(folder, "FederatedQuery.Gateway.dll")]);
        await using (gateway)
        {
            var rows = _data.WriteFile("rows.csv", "id,at\n1,2024-01-01 00:00:00\n2,2099-01-01 00:00:00\n");
            await RunAsync("chmod", "444", rows);
            var (exitCode, output) = await gateway.RunAsync("load", "--table", "events", "--time-column", "at", "--primary-key", "id", rows);
            Assert.True(exitCode == 0, output);
            await gateway.StartAsync();
            Assert.Contains($"Uid:\t{Nobody}", await File.ReadAllTextAsync($"/proc/{gateway.ProcessId}/status"), StringComparison.Ordinal);
            var (healthy, health) = await gateway.RunAsync("health");
            Assert.True(healthy == 0, health);

            var answer = await gateway.DataAsync("""{ federatedQuery(query: "SELECT id FROM events ORDER BY id") { dataSource data } }""");
            using var logged = await gateway.Client.PostAsJsonAsync("/logs", new { message = "from nobody" });
            using var page = new HttpRequestMessage(HttpMethod.Get, "/graphql") { Headers = { { "Accept", "text/html" } } };
            using var playground = await gateway.Client.SendAsync(page);

            Assert.Equal("[{\"id\":1},{\"id\":2}]", answer.GetProperty("federatedQuery").GetProperty("data").GetRawText().Replace(" ", "", StringComparison.Ordinal));
            Assert.True(logged.IsSuccessStatusCode);
            Assert.Contains("graphiql", await playground.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
            var postmaster = (await File.ReadAllLinesAsync(Directory.GetFiles(_data.FullPath, "postmaster.pid", SearchOption.AllDirectories).Single()))[0];
            Assert.StartsWith(folder, File.ResolveLinkTarget($"/proc/{postmaster}/exe", returnFinalTarget: false)!.FullName, StringComparison.Ordinal);
            Assert.Equal(0, await gateway.StopAsync());
        }

        Assert.Equal(before, Listing(folder));
        await RunAsync("chmod", "-R", "u+w", _published.FullPath);
    }

    private static List<(string Path, DateTime Time)> Listing(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (path, File.GetLastWriteTimeUtc(path)))];

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = await process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{program} exited with {process.ExitCode}: {errors}{await output}");
    }

    /// <summary>Only root can become somebody else.</summary>
    private sealed class RootFactAttribute : FactAttribute
    {
        public RootFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || Environment.UserName != "root" || !File.Exists("/usr/bin/setpriv"))
            {
                Skip = "Needs Linux, root and setpriv (util-linux), to run the gateway as an unprivileged user.";
            }
        }
    }
}
