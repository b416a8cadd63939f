using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.Gateway.Access.Limits;

/// <summary>
/// How many requests a key may make in this process (RATE_LIMIT_PER_SECOND, with RATE_LIMIT_BURST at once). Those who have none, or a bad one, are counted by their address; of IPv6 by
/// its network of 64 bits, of which one host has all addresses. Who has not asked for a while is forgotten.
/// </summary>
internal sealed class RequestLimits(GatewaySettings settings) : IDisposable
{
    private readonly PartitionedRateLimiter<string>? _limiter = settings.RateLimit is { } limit ? Create(limit) : null;

    /// <returns>Null: he may; else what he is told.</returns>
    /// <param name="caller">Null: who asks is not known.</param>
    /// <param name="context">Of the request, or of the handshake of its WebSocket.</param>
    public Problem? Take(Caller? caller, HttpContext context)
    {
        if (_limiter is null)
        {
            return null;
        }

        // Keys and subjects are told from addresses: nobody can be called what another one's address is.
        var key = caller is null || ReferenceEquals(caller, Caller.Anonymous) ? "address " + Network(context.Connection.RemoteIpAddress) : "caller " + caller.Id;
        using var lease = _limiter.AttemptAcquire(key);
        if (lease.IsAcquired)
        {
            return null;
        }

        return new Problem(
            StatusCodes.Status429TooManyRequests, ErrorCodes.TooManyRequests, $"RATE_LIMIT_PER_SECOND allows {settings.RateLimit!.PerSecond} requests a second; these were more. Send it again later.")
        {
            RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1),
        };
    }

    public void Dispose() => _limiter?.Dispose();

    private static PartitionedRateLimiter<string> Create(RateLimit limit) => PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetTokenBucketLimiter(
        key,
        _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = limit.Burst,
            TokensPerPeriod = limit.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    private static string Network(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
        {
            return address?.MapToIPv4().ToString() ?? "";
        }

        return Convert.ToHexString(address.GetAddressBytes(), 0, 8);
    }
}
