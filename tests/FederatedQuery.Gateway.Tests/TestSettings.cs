using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Tests;

/// <summary>Settings read as the gateway reads them.</summary>
internal static class TestSettings
{
    public static (GatewaySettings? Settings, IReadOnlyList<string> Errors) Read(params (string Name, string? Value)[] values) => SettingsReader.Read(Values(values));

    public static GatewaySettings ReadRight(params (string Name, string? Value)[] values)
    {
        var (settings, errors) = Read(values);
        Assert.Empty(errors);
        return settings!;
    }

    public static SettingValues Values(params (string Name, string? Value)[] values) =>
        new([new SettingLayer("test", values.ToDictionary(value => value.Name, value => value.Value))]);
}
