using Microsoft.Extensions.Options;

namespace FederatedQuery.Hot.Connections;

/// <summary>Reports every wrong setting at once, by the name that the operator wrote it under.</summary>
internal sealed class PostgresOptionsValidator : IValidateOptions<PostgresOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgresOptions options)
    {
        var failures = new List<string>();
        if (options.Port is < 1 or > 65535)
        {
            failures.Add($"POSTGRES_PORT is {options.Port}; it must be 1 to 65535.");
        }

        if (options.PoolSize is < 2 or > 1000)
        {
            failures.Add($"POSTGRES_POOL_SIZE is {options.PoolSize}; it must be 2 to 1000.");
        }

        RequireName(failures, "POSTGRES_DATABASE", options.Database);
        RequireName(failures, "POSTGRES_USER", options.User);
        RequireName(failures, "POSTGRES_QUERY_USER", options.QueryUser);
        if (options.QueryUser == options.User)
        {
            failures.Add($"POSTGRES_QUERY_USER and POSTGRES_USER are both '{options.User}'; raw SQL needs a role of its own that owns nothing.");
        }

        if (options.QueryTimeout <= TimeSpan.Zero || options.QueryTimeout.TotalMilliseconds > int.MaxValue)
        {
            failures.Add($"QUERY_TIMEOUT is {options.QueryTimeout.TotalSeconds} s; it must be more than 0 and at most {int.MaxValue / 1000}.");
        }

        if (options.IsEmbedded && string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            failures.Add("DATA_DIRECTORY is empty; the embedded PostgreSQL needs a folder, or POSTGRES_HOST a server.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>PostgreSQL cuts names at 63 bytes without an error.</summary>
    private static void RequireName(List<string> failures, string setting, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || System.Text.Encoding.UTF8.GetByteCount(value) > 63)
        {
            failures.Add($"{setting} is '{value}'; it must be a name of 1 to 63 bytes.");
        }
    }
}
