using System.Net;
using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Access.Limits;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.Gateway.Tests.Access.Limits;

public sealed class RequestLimitsTests
{
    [Fact]
    public void Take_MoreThanTheBurst_IsRefusedForThatCallerAlone()
    {
        using var limits = Create(("RATE_LIMIT_PER_SECOND", "1"), ("RATE_LIMIT_BURST", "3"));

        Assert.Equal(3, Taken(limits, new Caller("a"), "192.0.2.1"));
        Assert.Equal(3, Taken(limits, new Caller("b"), "192.0.2.1"));
        Assert.Equal(3, Taken(limits, null, "192.0.2.1"));
        var problem = limits.Take(new Caller("a"), From("192.0.2.2"))!;
        Assert.Equal((429, "TOO_MANY_REQUESTS", "RATE_LIMIT_PER_SECOND allows 1 requests a second; these were more. Send it again later."), (problem.Status, problem.Code, problem.Detail));
        Assert.InRange(problem.RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Take_WithoutKeys_CountsByAddress()
    {
        using var limits = Create(("RATE_LIMIT_PER_SECOND", "1"), ("RATE_LIMIT_BURST", "3"));

        Assert.Equal(3, Taken(limits, Caller.Anonymous, "192.0.2.1"));
        Assert.Equal(0, Taken(limits, Caller.Anonymous, "::ffff:192.0.2.1"));
        Assert.Equal(3, Taken(limits, Caller.Anonymous, "2001:db8::1"));
        Assert.Equal(0, Taken(limits, null, "2001:db8::2:1"));
        Assert.Equal(3, Taken(limits, null, "2001:db8:0:1::1"));
    }

    [Fact]
    public void Take_WithoutALimit_IsNeverRefused()
    {
        using var limits = Create();

        Assert.Equal(100, Taken(limits, Caller.Anonymous, "192.0.2.1"));
    }

    private static RequestLimits Create(params (string Name, string? Value)[] settings) => new(TestSettings.ReadRight(settings));

    private static int Taken(RequestLimits limits, Caller? caller, string address) => Enumerable.Range(0, 100).Count(_ => limits.Take(caller, From(address)) is null);

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
}
