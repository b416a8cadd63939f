using System.Globalization;
using FederatedQuery.Iceberg.Caching;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>
/// Credentials that a catalog gives out for the objects below a prefix, renewed before they expire. All who wait for new ones share one request.
/// Safe for concurrent use.
/// </summary>
public sealed class VendedCredentials
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(2);

    private readonly Func<CancellationToken, Task<VendedCredential>> _ask;
    private readonly TimeProvider _timeProvider;
    private readonly SizeBoundedCache<VendedCredential> _loads = new(1, static _ => 1, LoadTimeout);
    private readonly Lock _lock = new();
    private VendedCredential _current;
    private DateTimeOffset _renewAt;
    private int _number;

    /// <param name="prefix">Such as <c>s3://bucket/path</c>.</param>
    /// <param name="current">Those at hand.</param>
    /// <param name="ask">Asks the catalog for others.</param>
    internal VendedCredentials(string prefix, VendedCredential current, Func<CancellationToken, Task<VendedCredential>> ask, TimeProvider timeProvider)
    {
        Prefix = prefix;
        _ask = ask;
        _timeProvider = timeProvider;
        _current = current;
        _renewAt = RenewalOf(current);
    }

    public string Prefix { get; }

    /// <summary>Those at hand, however old; for what does not change with them, such as the region.</summary>
    public VendedCredential Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <exception cref="IcebergException">Those at hand have expired, and the catalog gives no others.</exception>
    public async Task<VendedCredential> GetAsync(CancellationToken cancellationToken)
    {
        VendedCredential known;
        string key;
        lock (_lock)
        {
            known = _current;
            if (_timeProvider.GetUtcNow() < _renewAt)
            {
                return known;
            }

            key = _number.ToString(CultureInfo.InvariantCulture);
        }

        try
        {
            return await _loads.GetAsync(key, async token => Keep(await _ask(token)), cancellationToken);
        }
        catch (IcebergException) when (_timeProvider.GetUtcNow() < known.ExpiresAt)
        {
            // Renewal is early: the old ones still serve, and the next request tries again.
            return known;
        }
    }

    /// <summary>Takes what came with another answer of the catalog.</summary>
    internal void Offer(VendedCredential credential)
    {
        lock (_lock)
        {
            if (credential.ExpiresAt is not { } expires || _current.ExpiresAt is not { } old || expires > old)
            {
                Set(credential);
            }
        }
    }

    private VendedCredential Keep(VendedCredential credential)
    {
        lock (_lock)
        {
            Set(credential);
            return credential;
        }
    }

    private void Set(VendedCredential credential)
    {
        _current = credential;
        _renewAt = RenewalOf(credential);
        _number++;
    }

    private DateTimeOffset RenewalOf(VendedCredential credential)
    {
        if (credential.ExpiresAt is not { } expires)
        {
            return DateTimeOffset.MaxValue;
        }

        var lifetime = expires - _timeProvider.GetUtcNow();
        return expires - TimeSpan.FromTicks(Math.Clamp(lifetime.Ticks / 5, 0, LongestMargin.Ticks));
    }
}
