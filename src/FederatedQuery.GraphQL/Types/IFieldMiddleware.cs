using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types;

/// <summary>Runs around a field's resolver. A directive attribute that implements it does so for the fields it is put on.</summary>
public interface IFieldMiddleware
{
    /// <summary>Gives the field's value, as a rule what <paramref name="next"/> gives. Must be safe for concurrent use.</summary>
    ValueTask<object?> InvokeAsync(IResolverContext context, FieldResolver next);
}

internal static class FieldMiddlewares
{
    /// <summary>The resolver with the middlewares of the applied directives around it, the first outermost; null when there are none.</summary>
    public static FieldResolver? Wrap(FieldResolver? resolver, PropertyReader? reader, ImmutableArray<AppliedDirective> directives)
    {
        var middlewares = directives.Select(directive => directive.Instance).OfType<IFieldMiddleware>().Reverse().ToArray();
        if (middlewares.Length == 0)
        {
            return null;
        }

        // Without resolver and reader the field is a subscription's: its parent is the event, which is the value.
        var wrapped = resolver ?? (reader is null
            ? static context => new ValueTask<object?>(context.Parent<object?>())
            : context => new ValueTask<object?>(reader.Read(context.Parent<object>())));
        foreach (var middleware in middlewares)
        {
            var next = wrapped;
            wrapped = context => middleware.InvokeAsync(context, next);
        }

        return wrapped;
    }
}
