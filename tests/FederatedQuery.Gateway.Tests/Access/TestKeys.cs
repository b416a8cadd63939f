using FederatedQuery.Gateway.Access.Keys;
using Npgsql;

namespace FederatedQuery.Gateway.Tests.Access;

/// <summary>Keys, made without the command line, which takes seconds.</summary>
internal static class TestKeys
{
    public static async Task<string> AddAsync(NpgsqlDataSource database, string[] roles, string? tenant = null, DateTime? expires = null)
    {
        var (id, text) = KeyText.Create();
        await using var command = database.CreateCommand("INSERT INTO federated_query.api_keys (id, hash, roles, tenant, expires_at) VALUES ($1, $2, $3, $4, $5)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = KeyText.HashOf(text) });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = roles });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = tenant });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = expires ?? (object)DBNull.Value });
        await command.ExecuteNonQueryAsync();
        return text;
    }
}
