using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types.Introspection;

/// <summary>The fields that every schema has without declaring them (spec section 4).</summary>
internal static class MetaFields
{
    /// <summary>The executor answers this one itself: only it knows the object type.</summary>
    public static FieldDefinition TypeName { get; } =
        new("__typename", new NonNullType(StringScalar.Instance)) { Description = "The name of the current Object type at runtime." };

    public static FieldDefinition Schema { get; } = new("__schema", new NonNullType(IntrospectionTypes.Schema))
    {
        Description = "Access the current type schema of this server.",
        Resolver = static context => ValueTask.FromResult<object?>(context.Schema),
    };

    public static FieldDefinition Type { get; } = new("__type", IntrospectionTypes.Type)
    {
        Description = "Request the type information of a single type.",
        Arguments = [new InputValueDefinition("name", new NonNullType(StringScalar.Instance))],
        Resolver = static context => ValueTask.FromResult<object?>(
            context.Schema.TryGetType(context.ArgumentValue<string>(0), out var type) ? type : null),
    };
}
