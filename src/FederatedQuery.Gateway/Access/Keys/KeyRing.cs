using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access.Auditing;
using FederatedQuery.Hot.Control.Keys;

namespace FederatedQuery.Gateway.Access.Keys;

/// <summary>
/// All keys that may be used, in memory: requests do not wait for PostgreSQL, and no number of made-up keys makes it work. <see cref="KeyRingLoop"/> looks for changes every
/// two seconds; a key that is not known is looked for when it comes, so that one is good as soon as it is made, but all that come within
/// <see cref="Pause"/> share one look. While PostgreSQL cannot be asked the keys known so far are good for <see cref="Grace"/>: logs are taken then too,
/// and nobody could revoke a key.
/// </summary>
internal sealed class KeyRing(ApiKeyStore store, Sessions sessions, AuditLog audit, TimeProvider time) : IDisposable
{
    /// <summary>How long keys are believed that could not be looked up again.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>From one look to the next, whoever asks.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>What a request waits for PostgreSQL.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _uses = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile Known? _known;
    private long _lastLook;

    /// <returns>Who holds the key; null: it is none, or is revoked or expired.</returns>
    /// <exception cref="KeysUnavailableException">The keys could not be read for too long.</exception>
    public async ValueTask<Caller?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (KeyText.IdOf(text) is not { } id)
        {
            return null;
        }

        var known = _known;
        if (known is null || !known.Keys.ContainsKey(id) || IsOld(known))
        {
            known = await LookAsync(cancellationToken);
        }

        if (!known.Keys.TryGetValue(id, out var held) || !CryptographicOperations.FixedTimeEquals(KeyText.HashOf(text), held.Hash))
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (held.Caller.Expires <= now)
        {
            return null;
        }

        _uses[id] = now;
        return held.Caller;
    }

    /// <summary>Whether it is one of the keys that are in memory, expired ones among them. Asks nobody.</summary>
    public bool Holds(string text) => _known is { } known && Holds(known, text);

    /// <summary>As <see cref="Holds(string)"/>, after a look for new keys.</summary>
    /// <returns>Null: the keys could not be read for too long.</returns>
    public async Task<bool?> LooksForAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            return KeyText.IdOf(text) is not null && Holds(await LookAsync(cancellationToken), text);
        }
        catch (KeysUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Reads the keys if any was added or revoked; ends what was begun with those that are gone.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await ReadAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Notes in the table when keys were used last.</summary>
    public async Task NoteUsesAsync(CancellationToken cancellationToken)
    {
        var uses = _uses.ToArray();
        if (uses.Length == 0)
        {
            return;
        }

        await store.NoteUsesAsync(uses, cancellationToken);
        foreach (var use in uses)
        {
            // One that was used again meanwhile stays for the next time.
            _uses.TryRemove(use);
        }
    }

    public void Dispose() => _turn.Dispose();

    private static bool Holds(Known known, string text) =>
        KeyText.IdOf(text) is { } id && known.Keys.TryGetValue(id, out var held) && CryptographicOperations.FixedTimeEquals(KeyText.HashOf(text), held.Hash);

    private bool IsOld(Known known) => time.GetElapsedTime(known.ReadAt) > Grace;

    /// <summary>The keys by a look that began after the call did: what was read before it may lack a key made in between.</summary>
    private async Task<Known> LookAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await _turn.WaitAsync(patience.Token);
            try
            {
                if (_known is null || _lastLook < asked)
                {
                    if (_known is not null && Pause - time.GetElapsedTime(_lastLook) is var rest && rest > TimeSpan.Zero)
                    {
                        await Task.Delay(rest, time, patience.Token);
                    }

                    await ReadAsync(patience.Token);
                }
            }
            finally
            {
                _turn.Release();
            }

            return Usable(_known, null);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is OperationCanceledException or Npgsql.NpgsqlException or TimeoutException)
        {
            return Usable(_known, error);
        }
    }

    private Known Usable(Known? known, Exception? error) => known is not null && !IsOld(known) ? known : throw new KeysUnavailableException(error);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        // Before the answer: another look is not to be had at once where this one fails.
        var readAt = _lastLook = time.GetTimestamp();
        var version = await store.VersionAsync(cancellationToken);
        if (_known is { } same && same.Version == version)
        {
            _known = same with { ReadAt = readAt };
        }
        else
        {
            var keys = await store.ListLiveAsync(cancellationToken);
            NoteChanges(keys);
            _known = new Known(keys.ToFrozenDictionary(key => key.Id, key => new Held([.. key.Hash], CallerOf(key)), StringComparer.Ordinal), version, readAt);
        }

        // Every time: a request may have begun just when its key was found to be gone.
        var live = _known.Keys;
        sessions.EndKeys(id => !live.ContainsKey(id));
    }

    /// <summary>Of the keys that there were at the first look the table says when they were made.</summary>
    private void NoteChanges(IReadOnlyList<ApiKey> keys)
    {
        if (_known is not { } before)
        {
            return;
        }

        foreach (var key in keys.Where(key => !before.Keys.ContainsKey(key.Id)))
        {
            audit.WriteMade(key);
        }

        var (live, now) = (keys.Select(key => key.Id).ToHashSet(StringComparer.Ordinal), time.GetUtcNow());
        foreach (var (id, held) in before.Keys.Where(key => !live.Contains(key.Key) && !(key.Value.Caller.Expires <= now)))
        {
            audit.WriteRevoked(id);
        }
    }

    private static Caller CallerOf(ApiKey key) => new(key.Id)
    {
        KeyId = key.Id,
        Roles = key.Roles.Aggregate(Roles.None, (roles, name) => roles | RoleNames.Of(name)),
        Tenant = key.Tenant,
        Expires = key.ExpiresAt,
    };

    private sealed record Held(byte[] Hash, Caller Caller);

    private sealed record Known(FrozenDictionary<string, Held> Keys, ApiKeyVersion Version, long ReadAt);
}

/// <summary>Whether a key is good cannot be said: the keys could not be read.</summary>
internal sealed class KeysUnavailableException(Exception? innerException) : Exception(Text, innerException)
{
    public const string Text = "The keys cannot be read from PostgreSQL at present.";
}
