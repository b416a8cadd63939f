using FederatedQuery.Federation.Budgets;
using FederatedQuery.Gateway.Hosting.Tenants;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Gateway.Settings;

namespace FederatedQuery.Gateway.Access;

/// <summary>Finds out who asks: reads what the request came with, has it judged by AUTH_MODE's authenticator, and lets nobody of another tenant in.</summary>
internal sealed class Authenticator(IAuthenticator mode, GatewaySettings settings)
{
    /// <summary>Either who asks, or why he is not let in.</summary>
    public ValueTask<(Caller? Caller, Problem? Problem)> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<TenantRefusal>() is { } refusal)
        {
            return ValueTask.FromResult<(Caller?, Problem?)>((null, refusal.Problem));
        }

        string? credential = null, problem = null;
        if (mode.NeedsCredential)
        {
            Credential.TryRead(request, out credential, out problem);
        }

        return AuthenticateAsync(credential, problem, cancellationToken);
    }

    /// <param name="credential">A key or token; null: there is none.</param>
    /// <param name="problem">What is wrong with how it was given.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    /// <inheritdoc cref="AuthenticateAsync(HttpRequest, CancellationToken)"/>
    public async ValueTask<(Caller? Caller, Problem? Problem)> AuthenticateAsync(string? credential, string? problem, CancellationToken cancellationToken)
    {
        if (problem is not null && mode.NeedsCredential)
        {
            return (null, Refusals.BadCredential(problem));
        }

        var found = await mode.AuthenticateAsync(credential, cancellationToken);
        return found.Caller is not { } caller ? (null, found.Problem)
            : caller.Tenant == settings.Access.Tenant || !mode.NeedsCredential ? (caller, null)
            : (null, Refusals.Forbidden($"'{caller.Id}' is of {Text(caller.Tenant)}; this gateway serves {Text(settings.Access.Tenant)}."));
    }

    private static string Text(string? tenant) => tenant is null ? "no tenant" : $"tenant '{tenant}'";
}
