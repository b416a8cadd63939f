using System.Net;
using System.Net.Sockets;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Cli;

/// <summary>What keeps the gateway from starting is said in one line each, with exit code 1.</summary>
public class StartTests
{
    [Fact]
    public async Task Start_WrongSettings_SaysEachAndExits()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string> { ["QUERY_TIMEOUT"] = "soon" });

        var (exitCode, output) = await gateway.RunAsync("--duckdb-threads", "0");

        Assert.Equal(1, exitCode);
        Assert.Equal(
            ["QUERY_TIMEOUT is 'soon'; it must be a whole number from 1 to 86400.", "DUCKDB_THREADS is '0'; it must be a whole number from 1 to 1024."],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Fact]
    public async Task Start_WrongLineInTheFile_NamesIt()
    {
        using var folder = new DataFolder();
        folder.WriteFile(".env", "QUERY_TIMEOUT=5\nnonsense\n");
        await using var gateway = new GatewayProcess(folder.FullPath);

        var (exitCode, output) = await gateway.RunAsync();

        Assert.Equal(1, exitCode);
        Assert.EndsWith(".env, line 2: expected NAME=value.", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownOption_NamesIt()
    {
        using var folder = new DataFolder();
        await using var gateway = new GatewayProcess(folder.FullPath);

        var (exitCode, output) = await gateway.RunAsync("--QUERY_TIMOUT=5");

        Assert.Equal(1, exitCode);
        Assert.Contains("'--QUERY_TIMOUT=5'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ExtensionThatIsNotThere_NamesTheFileItLookedFor()
    {
        using var folder = new DataFolder();
        var extensions = Path.Combine(folder.FullPath, "extensions");
        await using var gateway = new GatewayProcess(folder.FullPath, new Dictionary<string, string>
        {
            ["COLD_READER"] = "extension",
            ["DUCKDB_EXTENSION_DIRECTORY"] = extensions,
        });

        var (exitCode, output) = await gateway.RunAsync();

        Assert.Equal(1, exitCode);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), line => line[0] != '{');
        Assert.Matches($"^COLD_READER is 'extension', but '{extensions}/v[0-9.]+/[a-z]+_[a-z0-9]+/avro.duckdb_extension' and '.*/iceberg.duckdb_extension' do not exist", line);
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoInOneLine()
    {
        using var folder = new DataFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var gateway = new GatewayProcess(folder.FullPath);

        var (exitCode, output) = await gateway.RunAsync($"--port={port}");

        Assert.Equal(1, exitCode);
        // Besides it there are the log's lines, which are JSON.
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), line => line[0] != '{');
        Assert.Equal($"PORT is {port}, and another process listens on 127.0.0.1, port {port}; choose another PORT or end that process.", line);
    }
}
