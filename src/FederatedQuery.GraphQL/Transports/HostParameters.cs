using System.Reflection;
using System.Security.Claims;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Annotations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>
/// Parameters of resolvers that ASP.NET Core fills: <see cref="HttpContext"/> (over a WebSocket that of its handshake), its request, its
/// response, its user as <see cref="ClaimsPrincipal"/>, and keyed services.
/// </summary>
internal static class HostParameters
{
    public static Func<IResolverContext, object?>? Bind(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(HttpContext))
        {
            return HttpContextOf;
        }

        if (type == typeof(HttpRequest))
        {
            return static context => HttpContextOf(context).Request;
        }

        if (type == typeof(HttpResponse))
        {
            return static context => HttpContextOf(context).Response;
        }

        if (type == typeof(ClaimsPrincipal))
        {
            return static context => HttpContextOf(context).User;
        }

        var isOptional = new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
        var key = parameter.GetCustomAttribute<ServiceAttribute>()?.Key ?? parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key;
        if (key is not null)
        {
            return isOptional
                ? context => (context.Services as IKeyedServiceProvider)?.GetKeyedService(type, key)
                : context => context.Services.GetRequiredKeyedService(type, key);
        }

        return parameter.IsDefined(typeof(FromServicesAttribute))
            ? isOptional ? context => context.Services.GetService(type) : context => context.Services.GetRequiredService(type)
            : null;
    }

    private static HttpContext HttpContextOf(IResolverContext context) => context.TransportContext as HttpContext
        ?? throw new InvalidOperationException($"Resolver of '{context.Field.Name}' asks for the HttpContext, but the request did not come over HTTP.");
}
