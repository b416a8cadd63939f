namespace FederatedQuery.ObjectStore;

/// <summary>What must hold for a write to happen: nothing, that no object has the key (<c>If-None-Match: *</c>), or that its ETag is still this one (<c>If-Match</c>).</summary>
public readonly record struct WriteCondition
{
    private WriteCondition(bool isIfAbsent, string? ifMatchETag)
    {
        IsIfAbsent = isIfAbsent;
        IfMatchETag = ifMatchETag;
    }

    /// <summary>Writes over whatever is there.</summary>
    public static WriteCondition None => default;

    /// <summary>Of many concurrent writers exactly one succeeds.</summary>
    public static WriteCondition IfAbsent => new(isIfAbsent: true, ifMatchETag: null);

    public bool IsIfAbsent { get; }

    public string? IfMatchETag { get; }

    public static WriteCondition IfMatch(string etag)
    {
        ArgumentException.ThrowIfNullOrEmpty(etag);
        return new WriteCondition(isIfAbsent: false, etag);
    }

    public override string ToString() =>
        IsIfAbsent ? "If-None-Match: *" : IfMatchETag is null ? "no condition" : $"If-Match: {IfMatchETag}";
}
