using FederatedQuery.Gateway.Settings;
using FederatedQuery.Gateway.Settings.Secrets;

namespace FederatedQuery.Gateway.Tests.Settings.Secrets;

public class SecretValuesTests
{
    [Fact]
    public void Read_AsRdsWritesIt_GivesPostgresAndNotTheGatewaysPort()
    {
        var values = SecretValues.Read("db", """{"engine": "postgres", "username": "ann", "password": "p", "host": "db.example.com", "port": 5433, "dbname": "lake", "dbInstanceIdentifier": "x"}""");

        Assert.Equal(
            ["POSTGRES_DATABASE=lake", "POSTGRES_HOST=db.example.com", "POSTGRES_PASSWORD=p", "POSTGRES_PORT=5433", "POSTGRES_USER=ann"],
            values.Select(value => $"{value.Key}={value.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Read_NamesOfSettings_WinOverRdsNamesAndOthersArePassedOver()
    {
        var values = SecretValues.Read(
            "db", """{"password": "rds", "POSTGRES_PASSWORD": "own", "postgres-query-password": "q", "ICEBERG_REST_CREDENTIAL": "id:secret", "ANALYTICS_REST_CREDENTIAL": null, "STRIPE_KEY": {"a": [1]}}""");

        Assert.Equal(
            ["ICEBERG_REST_CREDENTIAL=id:secret", "POSTGRES_PASSWORD=own", "POSTGRES_QUERY_PASSWORD=q"],
            values.Select(value => $"{value.Key}={value.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("hunter2", "is not JSON (line 1, byte 1).")]
    [InlineData("", "is not JSON (line 1, byte 1).")]
    [InlineData("{\"POSTGRES_PASSWORD\": \"hunter2", "is not JSON (line 1, byte 31).")]
    [InlineData("\"hunter2\"", "is no JSON object that maps names of settings to values.")]
    [InlineData("{\"POSTGRES_PASSWORD\": [\"hunter2\"]}", "has POSTGRES_PASSWORD, which must be a text or a number.")]
    [InlineData("{\"password\": true}", "has password, which must be a text or a number.")]
    [InlineData("{\"POSTGRES_PASSWORD\": \"hunter2\", \"postgres_password\": \"x\"}", "has POSTGRES_PASSWORD twice.")]
    [InlineData("{\"PORT\": 1}", "has PORT, which no secret gives; it may have POSTGRES_* and settings that are secrets, and others belong into the environment.")]
    [InlineData("{\"AWS_SECRET_NAME\": \"other\"}", "has AWS_SECRET_NAME, which no secret gives; it may have POSTGRES_* and settings that are secrets, and others belong into the environment.")]
    public void Read_WhatIsNoneOfIt_SaysSoWithoutTheSecret(string text, string what)
    {
        var error = Assert.Throws<FormatException>(() => SecretValues.Read("db", text));

        Assert.Equal($"The secret 'db' (AWS_SECRET_NAME) {what}", error.Message);
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MayGive_Settings_ArePostgresAndWhatIsMasked() =>
        Assert.Equal(
            ["ANALYTICS_REST_CREDENTIAL", "ICEBERG_REST_CREDENTIAL"],
            SettingNames.All.Select(setting => setting.Name).Where(SecretValues.MayGive).Where(name => !name.StartsWith("POSTGRES_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
}
