using System.Text.RegularExpressions;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Settings;

/// <summary>Every setting is read, in the sample, refused when it is wrong, and as the contract has it.</summary>
public partial class SettingNamesTests
{
    /// <summary>Settings of which any text is right, or right as far as the reader can know.</summary>
    private static readonly string[] FreeTexts =
    [
        "DATA_DIRECTORY", "CACHE_DIRECTORY", "DUCKDB_EXTENSION_DIRECTORY", "DEMO_LOG_FILE", "AWS_REGION", "POSTGRES_HOST", "POSTGRES_DATABASE", "POSTGRES_USER", "POSTGRES_PASSWORD",
        "POSTGRES_QUERY_PASSWORD", "ICEBERG_WAREHOUSE", "ICEBERG_REST_SCOPE", "ICEBERG_REST_CREDENTIAL", "ANALYTICS_REST_WAREHOUSE", "ANALYTICS_REST_SCOPE",
        "ANALYTICS_REST_CREDENTIAL", "AUTH_JWT_AUDIENCE", "AUTH_JWT_ROLES_CLAIM", "AUTH_JWT_TENANT_CLAIM", "AUTH_JWT_CLIENT_ID", SettingsSources.File, SettingsSources.Folder,
        SettingsSources.Tenants, SettingsSources.Secret,
    ];

    /// <summary>What makes each setting matter, where it does not by itself.</summary>
    private static readonly (string Prefix, (string Name, string? Value)[] With)[] Companions =
    [
        ("AUTH_JWT_", [("AUTH_MODE", "jwt"), ("AUTH_JWT_AUTHORITY", "https://login.example.com"), ("AUTH_JWT_AUDIENCE", "gateway")]),
        ("TLS_", [("TLS_CERTIFICATE", "certificate.pem"), ("TLS_KEY", "key.pem")]),
        ("POSTGRES_", [("POSTGRES_HOST", "db"), ("POSTGRES_DATABASE", "d"), ("POSTGRES_USER", "u"), ("POSTGRES_QUERY_USER", "q")]),
        ("ICEBERG_WAREHOUSE", [("ICEBERG_CATALOG", "rest"), ("ICEBERG_REST_URI", "http://127.0.0.1:1/c")]),
        ("ICEBERG_REST_", [("ICEBERG_CATALOG", "rest"), ("ICEBERG_REST_URI", "http://127.0.0.1:1/c"), ("AWS_REGION", "eu-central-1")]),
        ("ANALYTICS_REST_", [("ANALYTICS_INTEGRATION_ENABLED", "true"), ("ANALYTICS_REST_URI", "http://127.0.0.1:1/c"), ("AWS_REGION", "eu-central-1")]),
        ("GLUE_", [("ANALYTICS_INTEGRATION_ENABLED", "true"), ("GLUE_CATALOG_ID", "123456789012"), ("AWS_REGION", "eu-central-1")]),
        ("SAGEMAKER_", [("ANALYTICS_INTEGRATION_ENABLED", "true"), ("GLUE_CATALOG_ID", "123456789012"), ("AWS_REGION", "eu-central-1")]),
    ];

    public static TheoryData<string> Names => [.. SettingNames.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_ValueThatCannotBe_NamesTheSettingAndShowsNoSecret(string name)
    {
        // No address, number, truth, share, bucket or table has such a name. It is the wrong kind of thing for all that are not free texts.
        const string Wrong = "?? neither ??";
        var with = Companions.FirstOrDefault(companion => name.StartsWith(companion.Prefix, StringComparison.Ordinal)).With ?? [];
        var same = name == "POSTGRES_QUERY_USER" ? "u" : Wrong;

        var (settings, errors) = TestSettings.Read([.. with.Where(other => other.Name != name), (name, same)]);

        if (FreeTexts.Contains(name))
        {
            Assert.DoesNotContain(errors, error => SettingNames.IsSecret(name) && error.Contains(Wrong, StringComparison.Ordinal));
            return;
        }

        Assert.Null(settings);
        Assert.Contains(errors, error => error.Contains(name + " is '", StringComparison.Ordinal) && error.Contains("must be", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_Absent_IsAsTheSampleSays(string name)
    {
        var with = Companions.FirstOrDefault(companion => name.StartsWith(companion.Prefix, StringComparison.Ordinal)).With ?? [];
        var sample = DotEnvFile.Read(Path.Combine(Repository.Root, ".env.sample"));

        var (_, _, defaults) = SettingsReader.ReadAll(TestSettings.Values([.. with.Where(other => other.Name != name)]));

        Assert.True(sample.TryGetValue(name, out var sampled), $"{name} is missing in .env.sample.");
        if (name is SettingsSources.Secret or SettingsSources.File or SettingsSources.Folder)
        {
            return;
        }

        Assert.True(defaults.TryGetValue(name, out var fallback), $"{name} is listed, and nobody reads it.");

        // Where the default depends on the machine or on other settings the sample is empty.
        if (!string.IsNullOrEmpty(sampled))
        {
            Assert.Equal(fallback, sampled);
        }
    }

    [Fact]
    public void Sample_HasNothingElse() =>
        Assert.Equal(
            SettingNames.All.Select(setting => setting.Name).Order(StringComparer.Ordinal),
            DotEnvFile.Read(Path.Combine(Repository.Root, ".env.sample")).Keys.Order(StringComparer.Ordinal));

    [SharedFact]
    public void All_HasWhatTheContractNames()
    {
        var contract = ContractName().Matches(File.ReadAllText(Path.Combine(Repository.Shared!, "contract", "env.md"))).Select(match => match.Value)
            .Where(name => !name.StartsWith("OTEL_", StringComparison.Ordinal) && !name.EndsWith('_')).Distinct();

        Assert.DoesNotContain(contract, name => !SettingNames.IsKnown(name));
    }

    [GeneratedRegex(@"\b(PORT|HOST|[A-Z][A-Z0-9]*_[A-Z0-9_]+)\b")]
    private static partial Regex ContractName();
}
