using FederatedQuery.Federation.Budgets;

namespace FederatedQuery.Gateway.Access;

/// <summary>The rule of an endpoint, as its metadata: who may have it, by what the request asks of it.</summary>
internal sealed class EndpointAccess(Func<HttpContext, AccessRule> ruleOf)
{
    public AccessRule RuleOf(HttpContext context) => ruleOf(context);
}

internal static class EndpointAccessExtensions
{
    /// <summary>Open to everybody, also without a key: for what shows no data.</summary>
    public static TBuilder ForAnyone<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithAccess(static _ => AccessRule.Anyone);

    /// <summary>For whoever has a key, whatever its roles.</summary>
    public static TBuilder ForKnown<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithAccess(static _ => AccessRule.Known);

    public static TBuilder ForRole<TBuilder>(this TBuilder builder, Roles role)
        where TBuilder : IEndpointConventionBuilder => builder.WithAccess(_ => AccessRule.Needs(role));

    /// <summary>A rule that depends on what is asked.</summary>
    public static TBuilder WithAccess<TBuilder>(this TBuilder builder, Func<HttpContext, AccessRule> ruleOf)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new EndpointAccess(ruleOf));

    /// <summary>The endpoints that have no rule, by their patterns.</summary>
    public static IEnumerable<string> Unruled(IEndpointRouteBuilder endpoints) =>
        from source in endpoints.DataSources
        from endpoint in source.Endpoints
        where endpoint.Metadata.GetMetadata<EndpointAccess>() is null
        select endpoint is RouteEndpoint route ? route.RoutePattern.RawText ?? endpoint.ToString()! : endpoint.ToString()!;
}
