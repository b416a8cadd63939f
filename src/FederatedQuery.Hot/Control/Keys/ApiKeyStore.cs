using FederatedQuery.Hot.Connections;
using Npgsql;

namespace FederatedQuery.Hot.Control.Keys;

/// <summary>Tells states of the table of keys apart: keys are added and revoked, never deleted.</summary>
public readonly record struct ApiKeyVersion(long Keys, long Revoked);

/// <summary>The table of keys, shared by all replicas. Its failures are Npgsql's.</summary>
public sealed class ApiKeyStore(PostgresConnections connections)
{
    /// <summary>Keys that are neither revoked nor expired: replicas have all of them in memory.</summary>
    public const int MaximumKeys = 10_000;

    private const string Columns = "id, hash, name, roles, tenant, created_at, expires_at, last_used_at, revoked_at";
    private const string IsLive = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())";

    /// <summary>Keys are looked up on the path of requests.</summary>
    private const int TimeoutSeconds = 5;

    /// <returns>False: there are <see cref="MaximumKeys"/> already; nothing was added.</returns>
    public async Task<bool> TryAddAsync(ApiKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        await using var command = connections.Owner.CreateCommand(
            $"""
            INSERT INTO federated_query.api_keys (id, hash, name, roles, tenant, expires_at)
            SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM federated_query.api_keys WHERE {IsLive}) < {MaximumKeys}
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key.Id });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = [.. key.Hash] });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = key.Name });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. key.Roles] });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = key.Tenant });
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz, Value = key.ExpiresAt?.UtcDateTime ?? (object)DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <returns>False: there is no such key. True as well for one that was revoked before.</returns>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(
            "UPDATE federated_query.api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = id });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>All keys there ever were, newest first.</summary>
    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {Columns} FROM federated_query.api_keys ORDER BY created_at DESC, id", cancellationToken);

    /// <summary>Those that may be used.</summary>
    public Task<IReadOnlyList<ApiKey>> ListLiveAsync(CancellationToken cancellationToken) =>
        ReadAsync($"SELECT {Columns} FROM federated_query.api_keys WHERE {IsLive}", cancellationToken);

    /// <summary>Another one than before: a key was added or revoked since.</summary>
    public async Task<ApiKeyVersion> VersionAsync(CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand("SELECT count(*), count(revoked_at) FROM federated_query.api_keys");
        command.CommandTimeout = TimeoutSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new ApiKeyVersion(reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Notes when keys were used last; what is noted already and later stays.</summary>
    public async Task NoteUsesAsync(IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> uses, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uses);
        await using var command = connections.Owner.CreateCommand(
            """
            UPDATE federated_query.api_keys AS key SET last_used_at = use.at
            FROM unnest($1, $2) AS use (id, at) WHERE key.id = use.id AND (key.last_used_at IS NULL OR key.last_used_at < use.at)
            """);
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. uses.Select(use => use.Key)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime[]> { TypedValue = [.. uses.Select(use => use.Value.UtcDateTime)] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<ApiKey>> ReadAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = connections.Owner.CreateCommand(sql);
        command.CommandTimeout = TimeoutSeconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<ApiKey>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ApiKey
            {
                Id = reader.GetString(0),
                Hash = [.. reader.GetFieldValue<byte[]>(1)],
                Name = reader.IsDBNull(2) ? null : reader.GetString(2),
                Roles = [.. reader.GetFieldValue<string[]>(3)],
                Tenant = reader.IsDBNull(4) ? null : reader.GetString(4),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(5),
                ExpiresAt = Instant(reader, 6),
                LastUsedAt = Instant(reader, 7),
                RevokedAt = Instant(reader, 8),
            });
        }

        return keys;
    }

    private static DateTimeOffset? Instant(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
