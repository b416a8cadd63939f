using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Gateway.Access.Tokens;
using FederatedQuery.Gateway.Health;
using FederatedQuery.Gateway.Rest;
using Microsoft.AspNetCore.Http.Features;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>
/// Says which tenant a request is for: the one that it names (<see cref="NamedTenant"/>), else the one whose key or token it comes with. Nothing is decided here about what it
/// may have: the tenant's own host looks at the key or token as if there were no other, and refuses it where it is not of this tenant.
/// </summary>
internal sealed class TenantRouter(TenantHosts hosts, NamedTenant named)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <returns>
    /// Null: the process itself. A request that nobody answers for is given a <see cref="TenantRefusal"/> and goes to any tenant that is there, or to the process, to be refused; one about the health of
    /// a tenant that is not there is given a <see cref="TenantAsked"/>.
    /// </returns>
    public async ValueTask<Application?> RouteAsync(IFeatureCollection features)
    {
        var tenants = hosts.Current;
        var context = new DefaultHttpContext(features);
        var isHealth = context.Request.Path.Value is HealthEndpoints.Live or HealthEndpoints.Ready;
        if (!named.TryRead(context, tenants.ByHost, out var name, out var isInAddress, out var problem))
        {
            return Refuse(features, tenants, problem);
        }

        if (name is not null)
        {
            if (tenants.Find(name) is not { } tenant)
            {
                return Refuse(features, tenants, new Problem(StatusCodes.Status404NotFound, "TENANT_NOT_FOUND", $"There is no tenant '{name}' here."));
            }

            if (isInAddress)
            {
                NamedTenant.Remember(context, name);
            }

            return isHealth ? AskHealth(features, tenant) : Hand(features, tenants, tenant);
        }

        if (isHealth)
        {
            // A page shows its tenant's; balancers have no cookie.
            features.Set<TenantAsked>(null);
            return NamedTenant.Remembered(context.Request) is { } page && tenants.Find(page) is { } shown ? AskHealth(features, shown) : null;
        }

        if (tenants.All is [var only])
        {
            return Hand(features, tenants, only);
        }

        // What is wrong with it, if anything, is said by whoever gets the request.
        Credential.TryRead(context.Request, out var credential, out _);
        if (credential is null)
        {
            return NamedTenant.Remembered(context.Request) is { } last && tenants.Find(last) is { } remembered ? Hand(features, tenants, remembered) : Refuse(features, tenants, NamedTenant.Missing);
        }

        var (holder, refusal) = KeyText.IsKey(credential) ? await HolderOfKeyAsync(tenants, credential, context.RequestAborted) : HolderOfToken(tenants, credential);
        if (holder is null)
        {
            return Refuse(features, tenants, refusal!);
        }

        NamedTenant.Remember(context, holder.Name);
        return Hand(features, tenants, holder);
    }

    /// <summary>Has a request refused that came to a tenant just as its host was stopped.</summary>
    public static void RefuseLate(IFeatureCollection features) => features.Set(new TenantRefusal(Away, IsSignInCommon: false));

    /// <summary>Whoever asks is told no more than that: what is waited for is in the report of health.</summary>
    private static Problem Away { get; } = new(
        StatusCodes.Status503ServiceUnavailable,
        "TENANT_UNAVAILABLE",
        $"The tenant cannot be served at present: it is being started, or what it needs is away ({HealthEndpoints.Ready}?{NamedTenant.Parameter}=NAME says what). Send the request again.")
    {
        RetryAfter = Retry,
    };

    private static async ValueTask<(Tenant? Tenant, Problem? Problem)> HolderOfKeyAsync(TenantList tenants, string key, CancellationToken cancellationToken)
    {
        if (tenants.All.FirstOrDefault(tenant => tenant.Host?.Keys.Holds(key) == true) is { } known)
        {
            return (known, null);
        }

        // It may have been made a moment ago. Those who ask share looks; a tenant whose database is away keeps those with unknown keys waiting, and nobody else.
        var found = await Task.WhenAll(tenants.All.Select(tenant => tenant.Host is { } host ? host.Keys.LooksForAsync(key, cancellationToken) : Task.FromResult<bool?>(null)));
        return Array.IndexOf(found, true) is >= 0 and var index ? (tenants.All[index], null)
            : found.Contains(null) ? (null, Refusals.Unavailable(KeysUnavailableException.Text))
            : (null, Refusals.BadCredential(KeyAuthenticator.NotKnown));
    }

    /// <summary>By what the token says of itself, which its tenant's host does not believe before it has verified it.</summary>
    private static (Tenant? Tenant, Problem? Problem) HolderOfToken(TenantList tenants, string text)
    {
        try
        {
            var token = TokenReader.Parse(text);
            if (tenants.All.FirstOrDefault(tenant => tenant.Settings.Settings.Access.Tokens is { } options && TokenReader.TenantOf(token, options) == tenant.Name) is { } found)
            {
                return (found, null);
            }
        }
        catch (BadTokenException bad)
        {
            return (null, Refusals.BadCredential(bad.Message));
        }

        return (null, Refusals.BadCredential("The token is of no tenant that is served here."));
    }

    private static Application? AskHealth(IFeatureCollection features, Tenant tenant)
    {
        if (tenant.Host is { } host)
        {
            return host.Application;
        }

        features.Set(new TenantAsked(tenant));
        return null;
    }

    private static Application? Hand(IFeatureCollection features, TenantList tenants, Tenant tenant)
    {
        if (tenant.Host is not { } host)
        {
            return Refuse(features, tenants, Away);
        }

        features.Set<TenantRefusal>(null);
        return host.Application;
    }

    private static Application? Refuse(IFeatureCollection features, TenantList tenants, Problem problem)
    {
        features.Set(new TenantRefusal(problem, tenants.IsSignInCommon));
        return tenants.All.Select(tenant => tenant.Host).FirstOrDefault(host => host is not null)?.Application;
    }
}

/// <summary>A feature of a request for the health of a tenant that has no host to ask.</summary>
internal sealed record TenantAsked(Tenant Tenant);
