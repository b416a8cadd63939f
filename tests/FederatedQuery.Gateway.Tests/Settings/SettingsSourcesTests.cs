using System.CommandLine;
using FederatedQuery.Gateway.Cli;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Settings;

public sealed class SettingsSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--DUCKDB_THREADS=7")]
    [InlineData("--DUCKDB_THREADS", "7")]
    [InlineData("--duckdb_threads=7")]
    [InlineData("--duckdb-threads", "7")]
    public void Read_CommandLine_WinsOverTheFile(params string[] arguments)
    {
        Write(".env", "DUCKDB_THREADS=3\nDEMO_PERCENT=5");

        var values = Read(arguments);

        Assert.Equal(new SettingValue("7", "command line"), values.Find("DUCKDB_THREADS"));
        Assert.Equal(new SettingValue("5", ".env"), values.Find("DEMO_PERCENT"));
        Assert.Null(values.Find("QUERY_TIMEOUT"));
    }

    [Fact]
    public void Read_EmptyOnTheCommandLine_TakesTheValueAway()
    {
        Write(".env", "DUCKDB_THREADS=3");

        var settings = SettingsReader.Read(Read("--DUCKDB_THREADS=")).Settings;

        Assert.Equal(Environment.ProcessorCount, settings!.DuckDbThreads);
    }

    [Fact]
    public void Read_AllSources_TakesTheStrongestThatHasIt()
    {
        Write(".env", $"CONFIG_DIRECTORY=first{Path.PathSeparator}second\nCONFIG_FILE=gateway.yaml\nPORT=2");
        Write("gateway.yaml", "port: 3\nquery-timeout: 3");
        Write("first/PORT", "4\n");
        Write("first/query-timeout", "4\n");
        Write("first/postgres-password", " secret \n");
        Write("second/POSTGRES_PASSWORD", "other");
        Write("second/HOT_RETENTION_DAYS", "5");
        Write("second/tls.crt", "no setting");

        var values = Read("--PORT=1");

        Assert.Equal(new SettingValue("1", "command line"), values.Find("PORT"));
        Assert.Equal(new SettingValue("3", _folder.File("gateway.yaml")), values.Find("QUERY_TIMEOUT"));
        Assert.Equal(new SettingValue("secret", _folder.File("first")), values.Find("POSTGRES_PASSWORD"));
        Assert.Equal(new SettingValue("5", _folder.File("second")), values.Find("HOT_RETENTION_DAYS"));
        Assert.Equal("2", Read().Text("PORT"));
    }

    /// <summary>Kubernetes links the folder's files through <c>..data</c>, which it exchanges as a whole.</summary>
    [Fact]
    public void Read_FolderAsKubernetesMountsIt_FollowsTheLinksEachTime()
    {
        Write("mount/..2026_11_21/QUERY_TIMEOUT", "10");
        Write("mount/..2026_11_22/QUERY_TIMEOUT", "20");
        Directory.CreateSymbolicLink(_folder.File("mount/..data"), "..2026_11_21");
        File.CreateSymbolicLink(_folder.File("mount/QUERY_TIMEOUT"), Path.Combine("..data", "QUERY_TIMEOUT"));
        var sources = Find("--CONFIG_DIRECTORY=mount");

        Assert.True(sources.CanChange);
        Assert.Equal("10", sources.Read().Text("QUERY_TIMEOUT"));

        Directory.Delete(_folder.File("mount/..data"));
        Directory.CreateSymbolicLink(_folder.File("mount/..data"), "..2026_11_22");
        Assert.Equal("20", sources.Read().Text("QUERY_TIMEOUT"));
    }

    [Theory]
    [InlineData("gateway.yaml", "postgres:\n  host: db\n  pool_size: 7\nmaintenance-enabled: no\ndemo_tables: [users, sales]\nS3_ENDPOINT: ~\ndemo_log_file: '~'\n")]
    [InlineData("gateway.yml", "POSTGRES_HOST: \"db\"\nPOSTGRES_POOL_SIZE: 7\nMAINTENANCE_ENABLED: no\nDEMO_TABLES: users,sales\nS3_ENDPOINT: ''\nDEMO_LOG_FILE: \"~\"")]
    [InlineData("gateway.json", """{"postgres": {"host": "db", "pool": {"size": 7}}, "maintenance_enabled": "no", "DEMO_TABLES": ["users", "sales"], "s3.endpoint": null, "DEMO_LOG_FILE": "~",}""")]
    public void Read_File_TakesNamesApartAndAsTheyAre(string name, string text)
    {
        Write(name, text);

        var values = Read("--CONFIG_FILE", name);

        Assert.Equal(("db", "7", "no"), (values.Text("POSTGRES_HOST"), values.Text("POSTGRES_POOL_SIZE"), values.Text("MAINTENANCE_ENABLED")));
        Assert.Equal(("users,sales", null, "~"), (values.Text("DEMO_TABLES"), values.Text("S3_ENDPOINT"), values.Text("DEMO_LOG_FILE")));
    }

    [Theory]
    [InlineData("a.yaml", "")]
    [InlineData("a.yaml", "# nothing but this\n")]
    [InlineData("a.json", "{}")]
    public void Read_EmptyFile_GivesNothing(string name, string text)
    {
        Write(name, text);

        Assert.Null(Read("--CONFIG_FILE", name).Find("PORT"));
    }

    [Theory]
    [InlineData("a.yaml", "PORT: 1\nQUERY_TIMOUT: 5", "a.yaml, line 2: QUERY_TIMOUT is no setting of this version (./run.sh --help lists them).")]
    [InlineData("a.yaml", "postgres:\n  host: a\n  hosst: b", "a.yaml, line 3: POSTGRES_HOSST is no setting of this version (./run.sh --help lists them).")]
    [InlineData("a.yaml", "PORT: 1\nport: 2", "a.yaml, line 2: PORT is given twice.")]
    [InlineData("a.yaml", "PORT: [[1]]", "a.yaml, line 1: PORT must be a value, a list of values, or an object of more settings.")]
    [InlineData("a.yaml", "CONFIG_FILE: b.yaml", "a.yaml, line 1: CONFIG_FILE says where settings are found, so it must be given in the environment or on the command line.")]
    [InlineData("a.yaml", "- PORT", "a.yaml: expected one document of YAML that maps names of settings to values.")]
    [InlineData("a.json", "[]", "a.json: expected an object that maps names of settings to values.")]
    [InlineData("a.json", "{\"PORT\": [[1]]}", "a.json: PORT must be a value, a list of values, or an object of more settings.")]
    [InlineData("a.json", "{\"QUERY\": {\"TIMOUT\": 1}}", "a.json: QUERY_TIMOUT is no setting of this version (./run.sh --help lists them).")]
    [InlineData("a.ini", "PORT=1", "CONFIG_FILE is '{0}a.ini'; it must end in .yaml, .yml or .json.")]
    public void Read_WrongFile_SaysWhatAndWhere(string name, string text, string error)
    {
        Write(name, text);

        var thrown = Assert.Throws<FormatException>(() => Read("--CONFIG_FILE", name));

        var folder = _folder.FullPath + Path.DirectorySeparatorChar;
        Assert.Equal(error.Contains("{0}", StringComparison.Ordinal) ? error.Replace("{0}", folder, StringComparison.Ordinal) : folder + error, thrown.Message);
    }

    [Theory]
    [InlineData("a.yaml", "PORT: 'never ended")]
    [InlineData("a.yaml", "PORT: 1\n\tQUERY_TIMEOUT: 2")]
    [InlineData("a.yaml", "a: &a\n  b: *a\n")]
    [InlineData("a.json", "{\"PORT\": 1, \"PORT\": 2}")]
    [InlineData("a.json", "{\"PORT\": ")]
    [InlineData("a.json", "")]
    public void Read_FileThatIsNoneOfItsFormat_NamesIt(string name, string text)
    {
        Write(name, text);

        Assert.StartsWith(_folder.File(name), Assert.Throws<FormatException>(() => Read("--CONFIG_FILE", name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchFileOrFolder_NamesIt()
    {
        Assert.Equal($"CONFIG_FILE is '{_folder.File("no.yaml")}', and there is no such file.", Assert.Throws<FormatException>(() => Read("--CONFIG_FILE=no.yaml")).Message);
        Assert.Equal($"CONFIG_DIRECTORY names '{_folder.File("no")}', which is no folder.", Assert.Throws<FormatException>(() => Read("--CONFIG_DIRECTORY=no")).Message);
    }

    [Fact]
    public void Read_SettingTwiceInAFolder_IsRefused()
    {
        Write("folder/query-timeout", "1");
        Write("folder/QUERY_TIMEOUT", "2");

        var error = Assert.Throws<FormatException>(() => Read("--CONFIG_DIRECTORY=folder"));

        Assert.Contains("QUERY_TIMEOUT twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_OfConfig_SayWhatIsInEffectAndWhereItCameFrom()
    {
        Write(".env", "PORT=8001\nS3_ENDPOINT=http://me:hidden@127.0.0.1:9000");
        var values = Read("--QUERY_TIMEOUT=5", "--POSTGRES_PASSWORD=hidden", "--DUCKDB_THREADS=");

        var lines = ConfigCommand.Lines(values, SettingsReader.ReadAll(values).Defaults).ToDictionary(line => line.Split('=')[0], line => (Value: line.Split('=', 2)[1].Split(" # ")[0].Trim(), Origin: line.Split(" # ")[1]));

        Assert.Equal(SettingNames.All.Select(setting => setting.Name), lines.Keys);
        Assert.Equal(("8001", ".env"), lines["PORT"]);
        Assert.Equal(("5", "command line"), lines["QUERY_TIMEOUT"]);
        Assert.Equal(("********", "command line; not looked at with the other settings"), lines["POSTGRES_PASSWORD"]);
        Assert.Equal(("http://********@127.0.0.1:9000", ".env"), lines["S3_ENDPOINT"]);
        Assert.Equal(("30", "default"), lines["HOT_RETENTION_DAYS"]);
        Assert.Equal((Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture), "default"), lines["DUCKDB_THREADS"]);
        Assert.Equal(("", "not set"), lines["S3_TABLE_BUCKET"]);
        Assert.Equal(("127.0.0.1", "default"), lines["HOST"]);
        Assert.DoesNotContain(lines.Values, line => line.Value.Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_VariablesOfOpenTelemetry_AreTakenFromEverySource()
    {
        Write(".env", "CONFIG_FILE=gateway.yaml\nCONFIG_DIRECTORY=folder\nOTEL_TRACES_SAMPLER=always_off\nOTEL_SERVICE_NAME=of-env-file");
        Write("gateway.yaml", "otel:\n  exporter_otlp: { endpoint: 'http://127.0.0.1:4318', protocol: http/protobuf }");
        Write("folder/otel-exporter-otlp-headers", "api-key=hidden");
        Write("folder/otel-collector.yaml", "no setting");
        var values = Read("--otel-service-name", "of-command-line");

        Assert.Equal(
            [
                ("OTEL_SERVICE_NAME", "of-command-line", "command line"),
                ("OTEL_TRACES_SAMPLER", "always_off", ".env"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", _folder.File("gateway.yaml")),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", _folder.File("gateway.yaml")),
                ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=hidden", _folder.File("folder")),
            ],
            OtelVariables.Given(values).Select(given => (given.Name, given.Value.Text, given.Value.Origin)));
        var lines = ConfigCommand.Lines(values, SettingsReader.ReadAll(values).Defaults).ToList();
        Assert.Contains(lines, line => line.StartsWith("OTEL_SERVICE_NAME=of-command-line ", StringComparison.Ordinal) && line.EndsWith(" # command line", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("OTEL_EXPORTER_OTLP_HEADERS=******** ", StringComparison.Ordinal));
        Write("gateway.yaml", "otel: { exporter_otlp_endpont: 'http://127.0.0.1:4318' }");
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPONT is no setting", Assert.Throws<FormatException>(() => Read()).Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private SettingValues Read(params string[] arguments) => Find(arguments).Read();

    private SettingsSources Find(params string[] arguments)
    {
        var options = SettingsSources.CreateOptions();
        var command = new RootCommand();
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        var parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return SettingsSources.Find(_folder.FullPath, parsed, options);
    }
}
