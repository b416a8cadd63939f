using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Cli;

/// <summary><c>register</c>, as operators call it.</summary>
public sealed class RegisterTests : IDisposable
{
    private static readonly Dictionary<string, string> Settings = new() { ["MAINTENANCE_ENABLED"] = "false" };

    private readonly DataFolder _data = new();
    private readonly TemporaryFolder _elsewhere = new();

    public void Dispose()
    {
        _data.Dispose();
        _elsewhere.Dispose();
    }

    /// <summary>The folder is opened in the running gateway, and after a restart of it.</summary>
    [SharedFact]
    public async Task Register_TableThatWasMoved_IsReadAtOnceAndAfterARestart()
    {
        var metadata = CopyOf("book-simple", "metadata/00001-df0aafb6-54e8-451e-92c6-363e55e43bdc.metadata.json");
        await using var gateway = new GatewayProcess(_data.FullPath, Settings);
        await gateway.StartAsync();

        var (exitCode, output) = await gateway.RunAsync(
            "register", "--namespace", "books", "--table", "simple", "--location-map", $"s3://amzn-s3-demo-bucket/demo/simple_table={_elsewhere.FullPath}", metadata);

        Assert.True(exitCode == 0, output);
        Assert.Contains("books.simple: registered, format version 2, ", output, StringComparison.Ordinal);
        var count = await CountAsync(gateway, "books.simple");
        Assert.NotEqual(0, count);
        await gateway.KillAsync();
        await gateway.StartAsync();
        Assert.Equal(count, await CountAsync(gateway, "books.simple"));
        var names = (await gateway.DataAsync("""{ icebergTables(namespace: "books") }""")).GetProperty("icebergTables");
        Assert.Equal("simple", Assert.Single(names.EnumerateArray()).GetString());
    }

    /// <summary>Its manifest is fine, and names a file of the system.</summary>
    [SharedFact]
    public async Task Register_TableThatNamesASystemFile_IsRefusedWhenRead()
    {
        var manifest = Path.Combine(_elsewhere.FullPath, "manifest.avro");
        File.Copy(Path.Combine(Repository.Shared!, "iceberg-fixtures", "files", "avro", "local-path-manifest.avro"), manifest);
        var metadata = Write("v1.metadata.json", $$"""
            {"format-version": 1, "table-uuid": "b6a1ba3c-58b6-4b7e-8e3f-2f6a2a9f0c11", "location": "{{_elsewhere.FullPath}}", "last-updated-ms": 1700000000000,
             "last-column-id": 1, "schema": {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "line", "required": false, "type": "string"}]},
             "partition-spec": [], "properties": {}, "current-snapshot-id": 1,
             "snapshots": [{"snapshot-id": 1, "timestamp-ms": 1700000000000, "manifests": ["{{manifest}}"]}]}
            """);
        await using var gateway = new GatewayProcess(_data.FullPath, Settings);
        var (exitCode, output) = await gateway.RunAsync("register", "--table", "passwords", metadata);
        Assert.True(exitCode == 0, output);
        await gateway.StartAsync();

        var errors = (await gateway.QueryAsync("""{ icebergQuery(query: "SELECT * FROM passwords") { data } }""")).GetProperty("errors");

        var message = Assert.Single(errors.EnumerateArray()).GetProperty("message").GetString();
        Assert.Contains("The table names the file '/etc/passwd', which lies outside of its own locations", message, StringComparison.Ordinal);
    }

    [SharedFact]
    public async Task Register_WrongArguments_SaysWhyAndRegistersNothing()
    {
        var metadata = CopyOf("book-simple", "metadata/00001-df0aafb6-54e8-451e-92c6-363e55e43bdc.metadata.json");
        var good = $"s3://amzn-s3-demo-bucket/demo/simple_table={_elsewhere.FullPath}";
        var none = Write("none.json", "{}");
        var list = Write("list.ndjson", string.Join('\n',
        [
            Line("twice", metadata, good),
            Line("twice", metadata, good),
            Line("missing", Path.Combine(_elsewhere.FullPath, "missing.json")),
            Line("none", none),
            Line("nowhere", metadata),
            Line("covers-nothing", metadata, good, "s3://another-bucket/table=" + _elsewhere.FullPath),
            Line("no-folder", metadata, "s3://amzn-s3-demo-bucket/demo/simple_table=" + _elsewhere.File("no")),
            Line("everything", metadata, "s3://amzn-s3-demo-bucket=/"),
            Line("own-files", metadata, "s3://amzn-s3-demo-bucket=" + _data.FullPath),
            Line("relative", metadata, "s3://=/data"),
            Line("no/name", metadata, good),
        ]));
        await using var gateway = new GatewayProcess(_data.FullPath, Settings);

        var (exitCode, output) = await gateway.RunAsync("register", "--list", list);

        Assert.Equal(1, exitCode);
        Assert.Contains("default.twice: registered", output, StringComparison.Ordinal);
        AssertSaid(output, "default.twice", "The table 'default.twice' exists already.");
        AssertSaid(output, "default.missing", "There is no metadata file 'file://");
        AssertSaid(output, "default.none", "none.json' cannot be used: ");
        AssertSaid(output, "default.nowhere", "--location-map FROM=TO.");
        AssertSaid(output, "default.covers-nothing", "The location map leads from 's3://another-bucket/table', where the table names no file.");
        AssertSaid(output, "default.no-folder", "/no', which does not exist.");
        AssertSaid(output, "default.everything", "'/' cannot be TO of a location map");
        AssertSaid(output, "default.own-files", "cannot be opened for a table: it holds files of this gateway");
        AssertSaid(output, "default.relative", "'s3://' cannot be FROM of a location map");
        Assert.Contains("'no/name'", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Give either --table and METADATA.json, or --list and nothing else.", "--table", "t")]
    [InlineData("Give either --table and METADATA.json, or --list and nothing else.", "--list", "tables.ndjson", "--table", "t")]
    [InlineData("--location-map is 's3://bucket'; it must be FROM=TO", "--table", "t", "--location-map", "s3://bucket", "v1.metadata.json")]
    [InlineData("tables.ndjson', which does not exist.", "--list", "tables.ndjson")]
    public async Task Register_ArgumentsThatDoNotFit_SaysWhatWouldBeRight(string reason, params string[] arguments)
    {
        await using var gateway = new GatewayProcess(_data.FullPath, Settings);

        var (exitCode, output) = await gateway.RunAsync(["register", .. arguments]);

        Assert.Equal(1, exitCode);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    private static void AssertSaid(string output, string table, string reason) => Assert.True(
        output.Split('\n').Any(line => line.StartsWith($"register: {table}: ", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal)),
        $"'{reason}' of {table} in\n{output}");

    private static string Line(string table, string metadata, params string?[] maps) => JsonSerializer.Serialize(new
    {
        table,
        metadata,
        locationMap = maps.OfType<string>().ToDictionary(map => map[..map.IndexOf('=', StringComparison.Ordinal)], map => map[(map.IndexOf('=', StringComparison.Ordinal) + 1)..]),
    });

    private static async Task<int> CountAsync(GatewayProcess gateway, string table) =>
        (await gateway.DataAsync($$"""{ icebergQuery(query: "SELECT count(*) AS n FROM {{table}}") { data } }"""))
            .GetProperty("icebergQuery").GetProperty("data")[0].GetProperty("n").GetInt32();

    /// <summary>Copies a table of the fixtures and gives the path of its metadata file.</summary>
    private string CopyOf(string name, string metadata)
    {
        var from = Path.Combine(Repository.Shared!, "iceberg-fixtures", "tables", name);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(_elsewhere.FullPath, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        return Path.Combine(_elsewhere.FullPath, metadata);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_elsewhere.FullPath, name);
        File.WriteAllText(path, text);
        return path;
    }
}
