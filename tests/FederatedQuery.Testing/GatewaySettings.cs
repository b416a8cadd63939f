using System.Globalization;
using Npgsql;

namespace FederatedQuery.Testing;

/// <summary>The settings of a gateway over a database of a test.</summary>
public static class GatewaySettings
{
    /// <summary>Over that database, without maintenance in the background.</summary>
    /// <param name="database">How its owner connects to it.</param>
    /// <param name="more">Others, such as those of an S3 server; they win.</param>
    public static Dictionary<string, string> Over(NpgsqlConnectionStringBuilder database, IReadOnlyDictionary<string, string>? more = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["POSTGRES_HOST"] = database.Host!,
            ["POSTGRES_PORT"] = database.Port.ToString(CultureInfo.InvariantCulture),
            ["POSTGRES_DATABASE"] = database.Database!,
            ["POSTGRES_USER"] = database.Username!,
            ["POSTGRES_PASSWORD"] = database.Password ?? "",
            ["POSTGRES_QUERY_USER"] = database.Database + "_query",
            ["POSTGRES_SSL_MODE"] = "disable",
            ["MAINTENANCE_ENABLED"] = "false",
        };
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            settings[name] = value;
        }

        return settings;
    }
}
