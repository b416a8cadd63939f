using System.CommandLine;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Settings;

public class SettingsSourcesTests
{
    [Theory]
    [InlineData("--DUCKDB_THREADS=7")]
    [InlineData("--DUCKDB_THREADS", "7")]
    [InlineData("--duckdb_threads=7")]
    [InlineData("--duckdb-threads", "7")]
    public void Gather_CommandLine_WinsOverTheFile(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(".env"), "DUCKDB_THREADS=3\nDEMO_PERCENT=5");

        var gathered = Gather(folder.FullPath, arguments);

        Assert.Equal("7", gathered["DUCKDB_THREADS"]);
        Assert.Equal("5", gathered["DEMO_PERCENT"]);
    }

    [Fact]
    public void Gather_EmptyOnTheCommandLine_TakesTheValueAway()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(".env"), "DUCKDB_THREADS=3");

        var settings = SettingsReader.Read(Gather(folder.FullPath, ["--DUCKDB_THREADS="])).Settings;

        Assert.Equal(Environment.ProcessorCount, settings!.DuckDbThreads);
    }

    private static Microsoft.Extensions.Configuration.IConfiguration Gather(string folder, string[] arguments)
    {
        var options = SettingsSources.CreateOptions();
        var command = new RootCommand();
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return SettingsSources.Gather(folder, parsed, options);
    }
}
