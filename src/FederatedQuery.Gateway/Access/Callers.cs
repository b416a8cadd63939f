using FederatedQuery.Federation.Budgets;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.Gateway.Access;

/// <summary>Who asks, kept with his request; of a WebSocket, with its handshake, for as long as it is open.</summary>
internal static class Callers
{
    /// <exception cref="InvalidOperationException">The endpoint is open to anyone, and nobody was looked up.</exception>
    public static Caller Caller(this HttpContext context) => context.Features.Get<CallerFeature>()?.Caller
        ?? throw new InvalidOperationException($"Who asks for '{context.Request.Path}' was not looked up: its rule lets anyone in.");

    /// <inheritdoc cref="Caller(HttpContext)"/>
    public static Caller Caller(this IResolverContext context) => Of(context.TransportContext);

    public static bool HasCaller(this HttpContext context) => context.Features.Get<CallerFeature>() is not null;

    public static void SetCaller(this HttpContext context, Caller caller) => context.Features.Set(new CallerFeature(caller));

    /// <param name="transport">Of a GraphQL request.</param>
    public static Caller Of(object? transport) => transport is HttpContext context
        ? context.Caller()
        : throw new InvalidOperationException("Who asks is not known: the request did not come over HTTP.");

    private sealed record CallerFeature(Caller Caller);
}
