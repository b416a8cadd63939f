using System.Globalization;
using FederatedQuery.Cold.Engine;

namespace FederatedQuery.Gateway.Settings.Tenants;

/// <summary>What a tenant has of the process where its file does not say: folders of its own below the process', and an equal part of the memory and disk that the process may take.</summary>
internal static class TenantShare
{
    private const long LeastCache = 16 * 1024 * 1024;
    private const long DefaultCache = 10_737_418_240;
    private const string DefaultMemory = "60%";

    /// <param name="process">The settings of the process.</param>
    /// <param name="pathOf">Makes a path of them absolute.</param>
    /// <param name="name">The tenant.</param>
    /// <param name="tenants">How many there are.</param>
    public static SettingLayer Of(SettingValues process, Func<string, string> pathOf, string name, int tenants)
    {
        var share = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["DATA_DIRECTORY"] = Path.Combine(pathOf(process.Text("DATA_DIRECTORY") ?? ".data"), "tenants", name),
        };
        if (process.Text("CACHE_DIRECTORY") is { } cache)
        {
            share["CACHE_DIRECTORY"] = Path.Combine(pathOf(cache), "tenants", name);
        }

        // What is no number stays, to be complained of. Connections are not divided: a statement needs as many as it reads tables, and its server is the tenant's.
        var whole = DefaultCache;
        if (process.Text("CACHE_MAX_BYTES") is not { } text || (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out whole) && whole >= LeastCache))
        {
            share["CACHE_MAX_BYTES"] = Math.Max(whole / tenants, LeastCache).ToString(CultureInfo.InvariantCulture);
        }

        var memory = process.Text("DUCKDB_MEMORY_LIMIT") ?? DefaultMemory;
        if (DuckDbMemoryLimit.TryParse(memory, availableBytes: 100, out _))
        {
            share["DUCKDB_MEMORY_LIMIT"] = PartOf(memory, tenants);
        }

        return new SettingLayer($"one of {tenants} tenants", share);
    }

    private static string PartOf(string limit, int tenants)
    {
        var digits = limit.AsSpan().TrimEnd("%BbKkMmGgTtIi ").Length;
        var amount = double.Parse(limit.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return (amount / tenants).ToString("0.######", CultureInfo.InvariantCulture) + limit[digits..];
    }
}
