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
    /// <returns>Null: the process itself.</returns>
    /// <param name="features">Of the request. One that is for no tenant is given a <see cref="TenantRefusal"/> and goes to the first.</param>
    public async ValueTask<Application?> RouteAsync(IFeatureCollection features)
    {
        var context = new DefaultHttpContext(features);
        if (!named.TryRead(context, out var name, out var isInAddress, out var problem))
        {
            return Refuse(features, problem);
        }

        if (name is not null)
        {
            if (hosts.Find(name) is not { } host)
            {
                return Refuse(features, new Problem(StatusCodes.Status404NotFound, "TENANT_NOT_FOUND", $"There is no tenant '{name}' here."));
            }

            if (isInAddress)
            {
                NamedTenant.Remember(context, name);
            }

            return Hand(features, host);
        }

        if (context.Request.Path.Value is HealthEndpoints.Live or HealthEndpoints.Ready)
        {
            return null;
        }

        if (hosts.All is [var only])
        {
            return Hand(features, only);
        }

        // What is wrong with it, if anything, is said by whoever gets the request.
        Credential.TryRead(context.Request, out var credential, out _);
        if (credential is null)
        {
            return NamedTenant.Remembered(context.Request) is { } last && hosts.Find(last) is { } remembered ? Hand(features, remembered) : Refuse(features, NamedTenant.Missing);
        }

        var (holder, refusal) = KeyText.IsKey(credential) ? await HolderOfKeyAsync(credential, context.RequestAborted) : HolderOfToken(credential);
        if (holder is null)
        {
            return Refuse(features, refusal!);
        }

        NamedTenant.Remember(context, holder.Name);
        return Hand(features, holder);
    }

    private async ValueTask<(TenantHost? Host, Problem? Problem)> HolderOfKeyAsync(string key, CancellationToken cancellationToken)
    {
        if (hosts.All.FirstOrDefault(host => host.Keys.Holds(key)) is { } known)
        {
            return (known, null);
        }

        // It may have been made a moment ago. Those who ask share looks; a tenant whose database is away keeps those with unknown keys waiting, and nobody else.
        var found = await Task.WhenAll(hosts.All.Select(host => host.Keys.LooksForAsync(key, cancellationToken)));
        return Array.IndexOf(found, true) is >= 0 and var index ? (hosts.All[index], null)
            : found.Contains(null) ? (null, Refusals.Unavailable(KeysUnavailableException.Text))
            : (null, Refusals.BadCredential(KeyAuthenticator.NotKnown));
    }

    /// <summary>By what the token says of itself, which its tenant's host does not believe before it has verified it.</summary>
    private (TenantHost? Host, Problem? Problem) HolderOfToken(string text)
    {
        Token token;
        try
        {
            token = TokenReader.Parse(text);
            if (hosts.All.FirstOrDefault(host => host.Tokens?.TenantOf(token) == host.Name) is { } found)
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

    private static Application? Hand(IFeatureCollection features, TenantHost host)
    {
        features.Set<TenantRefusal>(null);
        return host.Application;
    }

    private Application? Refuse(IFeatureCollection features, Problem problem)
    {
        features.Set(new TenantRefusal(problem, hosts.IsSignInCommon));
        return hosts.All[0].Application;
    }
}
