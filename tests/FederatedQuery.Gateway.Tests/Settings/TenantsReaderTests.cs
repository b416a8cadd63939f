using System.CommandLine;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Settings.Tenants;
using FederatedQuery.ObjectStore;
using FederatedQuery.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Gateway.Tests.Settings;

public sealed class TenantsReaderTests : IDisposable
{
    private const string Postgres = "postgres: { host: db, user: owner, query_user: QUERY, database: DATABASE }\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Files_LayThemOverTheProcess()
    {
        Write("acme.yaml", "query_timeout: 7\nduckdb_memory_limit: 1GB\ntenant_hosts: [Acme.example.org, a.example.org]\n");
        Write("beta.json", "{}");
        Write(".hidden", "not looked at");

        var settings = ReadRight("--QUERY_TIMEOUT=9", "--PORT=8123", "--SHUTDOWN_DELAY=3", "--SHUTDOWN_TIMEOUT=4", "--DUCKDB_MEMORY_LIMIT=50%", "--CACHE_MAX_BYTES=200000000", "--DATA_DIRECTORY=" + _folder.File("data"));

        Assert.Equal((8123, TimeSpan.FromSeconds(3)), (settings.Process.Port, settings.Process.ShutdownDelay));
        Assert.Equal(["acme", "beta"], settings.Tenants.Select(tenant => tenant.Name));
        var (acme, beta) = (settings.Of("acme"), settings.Of("beta"));
        Assert.Equal(("acme", "beta"), (acme.Access.Tenant, beta.Access.Tenant));
        Assert.Equal((7, 9), (acme.QueryTimeout.TotalSeconds, beta.QueryTimeout.TotalSeconds));
        Assert.Equal(("1GB", "25%"), (acme.DuckDbMemoryLimit, beta.DuckDbMemoryLimit));
        Assert.Equal(100_000_000, beta.CacheMaxBytes);
        Assert.Equal(_folder.File("data/tenants/beta"), beta.DataDirectory);
        Assert.Equal("acme.example.org a.example.org", string.Join(' ', acme.TenantHosts));
        Assert.True(acme.IsOneOfTenants);
        // The process waits; when the tenants are told to stop no request comes any more.
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(7)), (acme.ShutdownDelay, acme.ShutdownTimeout));
        Assert.Equal(_folder.File("tenants.d/acme.yaml"), settings.Tenants[0].Values.Find("QUERY_TIMEOUT")!.Origin);
    }

    [Fact]
    public void Look_FilesThatChanged_SaysWhatNeedsAStart()
    {
        Write("acme.yaml", "query_timeout: 7\nsnapshot_retention_days: 3\n");
        Write("beta.yaml", "{}");
        var settings = ReadRight("--DATA_DIRECTORY=" + _folder.File("data"));
        var (acme, beta) = (settings.Tenants[0], settings.Tenants[1]);
        Write("acme.yaml", "query_timeout: 8\nsnapshot_retention_days: 4\n");
        Write("gamma.yaml", "query_timeout: x\n");

        var look = settings.Folder.Look();
        var now = look.Read("acme", [beta]);

        Assert.Equal(["acme", "beta", "gamma"], look.Files.Select(file => file.Name));
        // The parts that tenants have of the process are others with one more of them.
        Assert.Equal(["CACHE_MAX_BYTES", "DUCKDB_MEMORY_LIMIT", "QUERY_TIMEOUT", "SNAPSHOT_RETENTION_DAYS"], acme.Changes(now).Order(StringComparer.Ordinal));
        Assert.Equal(["QUERY_TIMEOUT"], acme.ChangesThatNeedAStart(now));
        Assert.Empty(beta.ChangesThatNeedAStart(look.Read("beta", [now])));
        Assert.StartsWith("Tenant 'gamma': QUERY_TIMEOUT is 'x'; it must be", Assert.Throws<FormatException>(() => look.Read("gamma", [acme, beta])).Message, StringComparison.Ordinal);

        Write("gamma.yaml", "data_directory: " + _folder.File("data/tenants/beta") + "\n");
        Assert.Contains(
            "Tenants 'beta' and 'gamma' share DATA_DIRECTORY", Assert.Throws<FormatException>(() => settings.Folder.Look().Read("gamma", [acme, beta])).Message, StringComparison.Ordinal);
        Write("acme.txt", "");
        Assert.Contains("acme.txt' is no tenant's file", Assert.Throws<FormatException>(settings.Folder.Look).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("port: 1", "acme.yaml, line 1: PORT is the whole process'")]
    [InlineData("cors:\n  origins: []", "acme.yaml, line 2: CORS_ORIGINS is the whole process'")]
    [InlineData("tls_key: x", "TLS_KEY is the whole process'")]
    [InlineData("config_file: x", "CONFIG_FILE is the whole process'")]
    [InlineData("tenants_directory: x", "TENANTS_DIRECTORY is the whole process'")]
    [InlineData("auth_tenant: x", "AUTH_TENANT is the name of the file")]
    [InlineData("demo_percent: 1", "DEMO_PERCENT is for --demo")]
    [InlineData("nonsense: 1", "acme.yaml, line 1: NONSENSE is no setting of this version")]
    [InlineData("tenant_hosts: 'https://acme.example.org'", "Tenant 'acme': TENANT_HOSTS is 'https://acme.example.org'; it must be names of hosts")]
    [InlineData("auth_mode: none", "Tenant 'acme': AUTH_MODE is 'none'; it must be apikey or jwt with TENANTS_DIRECTORY")]
    [InlineData("query_timeout: x", "Tenant 'acme': QUERY_TIMEOUT is 'x'; it must be")]
    public void Read_WrongFile_NamesFileSettingAndWhatIsRight(string text, string expected)
    {
        Write("acme.yaml", text + "\n");

        Assert.Contains(expected, ErrorOf(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--AUTH_TENANT=acme", "AUTH_TENANT is 'acme'; it must be empty with TENANTS_DIRECTORY")]
    [InlineData("--PORT=x", "PORT is 'x'; it must be")]
    [InlineData("--DUCKDB_MEMORY_LIMIT=much", "Tenant 'acme': DUCKDB_MEMORY_LIMIT is 'much'; it must be")]
    [InlineData("--CACHE_MAX_BYTES=much", "Tenant 'acme': CACHE_MAX_BYTES is 'much'; it must be")]
    public void Read_WrongProcess_NamesTheSettingOnce(string argument, string expected)
    {
        Write("acme.yaml", "");

        Assert.Single(ErrorOf(argument).Split('\n'), line => line.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("acme.txt", "is no tenant's file; those end in .yaml, .yml or .json.")]
    [InlineData("a b.yaml", "gives the name of a tenant, which must have")]
    [InlineData("ACME.json", "are of one tenant")]
    [InlineData("acme.yml", "are of one tenant")]
    [InlineData("folder.yaml/file", "is no tenant's file")]
    public void Read_FolderThatHoldsSomethingElse_SaysWhat(string file, string expected)
    {
        Write("acme.yaml", "");
        Write(file, "");

        Assert.Contains(expected, ErrorOf(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoFolderOrAnEmptyOne_SaysSo()
    {
        Assert.Contains("which is no folder", ErrorOf(), StringComparison.Ordinal);
        Directory.CreateDirectory(_folder.File("tenants.d"));
        Assert.Contains("which holds no tenant; it must hold a file for each, such as acme.yaml.", ErrorOf(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Postgres, Postgres, "share POSTGRES_DATABASE 'DATABASE' of POSTGRES_HOST 'db', POSTGRES_PORT 5432; each must have its own.")]
    [InlineData("postgres: { host: DB, user: o, query_user: q, database: one }", "postgres: { host: db, user: o, query_user: q, database: two }", "share POSTGRES_QUERY_USER 'q'")]
    [InlineData("data_directory: /data/x", "data_directory: /data/x", "share DATA_DIRECTORY '/data/x'")]
    [InlineData("data_directory: /data/x", "data_directory: /data/x/y", "share a folder (DATA_DIRECTORY '/data/x', DATA_DIRECTORY '/data/x/y')")]
    [InlineData("cache_directory: /data/cache", "cache_directory: /data/cache", "share CACHE_DIRECTORY '/data/cache'")]
    [InlineData("s3_table_bucket: lake", "s3_table_bucket: 's3://lake/beta'", "share S3_TABLE_BUCKET (s3://lake/, s3://lake/beta)")]
    [InlineData("s3_table_bucket: s3://lake/a", "s3_table_bucket: 's3://lake/a'", "share S3_TABLE_BUCKET")]
    [InlineData("iceberg_catalog: rest\niceberg_rest_uri: http://127.0.0.1:1/c", "iceberg_catalog: rest\niceberg_rest_uri: http://127.0.0.1:1/c", "share ICEBERG_WAREHOUSE '' of ICEBERG_REST_URI")]
    [InlineData("analytics_integration_enabled: true\nglue_catalog_id: '1'", "analytics_integration_enabled: true\nglue_catalog_id: '1'", "share GLUE_CATALOG_ID '1' of one region")]
    [InlineData("tenant_hosts: x.org", "tenant_hosts: [y.org, X.org]", "share TENANT_HOSTS 'x.org'")]
    public void Read_TenantsThatShareAPlace_AreRefused(string acme, string beta, string expected)
    {
        Write("acme.yaml", acme + "\n");
        Write("beta.yaml", beta + "\n");

        Assert.Contains("Tenants 'acme' and 'beta' " + expected, ErrorOf("--AWS_REGION=eu-central-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TenantsOfOneServerAndBucket_HaveThePlacesTheyName()
    {
        foreach (var tenant in new[] { "acme", "acme2" })
        {
            Write(tenant + ".yaml", Postgres.Replace("QUERY", tenant + "_query", StringComparison.Ordinal).Replace("DATABASE", tenant, StringComparison.Ordinal) + $"s3_table_bucket: s3://lake/{tenant}\n");
        }

        var settings = ReadRight("--AWS_REGION=eu-central-1", "--DATA_DIRECTORY=" + _folder.File("data")).Of("acme");
        using var services = new ServiceCollection().AddLogging().AddTiers(settings, _folder.File("staging"), _folder.File("spill"), settings.CacheDirectory).BuildServiceProvider();

        var stores = services.GetRequiredService<ObjectStoreRegistry>();
        Assert.True(stores.Covers("s3://lake/acme/default/events/data/1.parquet"));
        Assert.Equal("acme/default/1.parquet", stores.Resolve("s3a://lake/acme/default/1.parquet").Key);
        Assert.False(stores.Covers("s3://lake/acme2/default/events/data/1.parquet"));
        Assert.False(stores.Covers("s3://lake/other"));
        Assert.False(stores.Covers(_folder.File("data/tenants/acme2/warehouse/x")));
        Assert.ThrowsAny<Exception>(() => stores.Resolve("s3://lake/acme/../acme2/x"));
    }

    private TenantsSettings ReadRight(params string[] arguments)
    {
        var (settings, errors) = Read(arguments);
        Assert.Empty(errors);
        return settings!;
    }

    private string ErrorOf(params string[] arguments)
    {
        try
        {
            return string.Join('\n', Read(arguments).Errors);
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private (TenantsSettings? Settings, IReadOnlyList<string> Errors) Read(string[] arguments)
    {
        var options = SettingsSources.CreateOptions();
        var root = new RootCommand();
        foreach (var option in options)
        {
            root.Options.Add(option);
        }

        var sources = SettingsSources.Find(_folder.FullPath, root.Parse(["--TENANTS_DIRECTORY=tenants.d", "--AUTH_MODE=apikey", .. arguments]), options);
        return TenantsReader.Read(sources, sources.Read());
    }

    private void Write(string name, string text)
    {
        var path = _folder.File("tenants.d/" + name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
