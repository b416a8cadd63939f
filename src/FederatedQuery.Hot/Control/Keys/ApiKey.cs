using System.Collections.Immutable;

namespace FederatedQuery.Hot.Control.Keys;

/// <summary>A key as it is stored: without the key itself.</summary>
public sealed record ApiKey
{
    /// <summary>16 hexadecimal digits; a part of the key, by which it is looked up.</summary>
    public required string Id { get; init; }

    /// <summary>SHA-256 of the whole key, 32 bytes.</summary>
    public required ImmutableArray<byte> Hash { get; init; }

    /// <summary>What people call it.</summary>
    public string? Name { get; init; }

    /// <summary>At least one.</summary>
    public required ImmutableArray<string> Roles { get; init; }

    public string? Tenant { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To within a minute or so.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}
