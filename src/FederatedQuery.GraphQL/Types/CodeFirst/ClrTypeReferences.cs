using System.Reflection;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Annotations;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>The types that members and parameters refer to: from their C# type, its nullability, and attributes that say otherwise.</summary>
internal sealed class ClrTypeReferences(ClrTypeMapper mapper, ClrTypeSources sources)
{
    public GraphQLType ToType(ICustomAttributeProvider member, ClrTypeShape shape, bool isInput)
    {
        shape = shape.WithoutOptional();
        var type = ClrMember.Find<GraphQLTypeAttribute>(member) switch
        {
            { Type: { } text } => FromNode(Utf8Parser.ParseType(text), isInput),
            { ClrType: { } given } when typeof(ScalarType).IsAssignableFrom(given) => FromShape(shape, isInput, mapper.FindScalarOfClass(given)),
            { ClrType: { } given } => FromShape(new ClrTypeShape(given, shape.IsNullable, null), isInput, named: null),
            _ => FromShape(shape, isInput, ClrMember.Has<IDAttribute>(member) ? IdScalar.Instance : null),
        };
        return ClrMember.Find<GraphQLNonNullTypeAttribute>(member) is { } nullability ? WithNullability(type, nullability.Nullable, 0) : type;
    }

    private GraphQLType FromShape(ClrTypeShape shape, bool isInput, NamedType? named)
    {
        GraphQLType type = (mapper.FindScalar(shape.Type) is null || (named is not null && shape.ListItem() is not null)) && shape.ListItem() is { } item
            ? new ListType(FromShape(item, isInput, named))
            : named ?? (isInput ? mapper.MapInput(shape.Type) : mapper.MapOutput(shape.Type));
        return shape.IsNullable ? type : new NonNullType(type);
    }

    private static GraphQLType WithNullability(GraphQLType type, IReadOnlyList<bool> nullable, int level)
    {
        if (level >= nullable.Count)
        {
            return type;
        }

        var inner = type.NullableType is ListType list ? new ListType(WithNullability(list.OfType, nullable, level + 1)) : type.NullableType;
        return nullable[level] ? inner : new NonNullType(inner);
    }

    private GraphQLType FromNode(TypeNode node, bool isInput) => node switch
    {
        NonNullTypeNode nonNull => new NonNullType(FromNode(nonNull.Type, isInput)),
        ListTypeNode list => new ListType(FromNode(list.Type, isInput)),
        NamedTypeNode named => FindNamed(named.Name, isInput)
            ?? throw new SchemaException([$"[GraphQLType(\"{node}\")] names the type '{named.Name}', which is neither a scalar nor registered."]),
        _ => throw new System.Diagnostics.UnreachableException($"Type reference '{node}'."),
    };

    private NamedType? FindNamed(string name, bool isInput)
    {
        var known = sources.NamedTypes.GetValueOrDefault(name) ?? sources.Scalars.Values.Concat(BuiltInScalars.All).FirstOrDefault(scalar => scalar.Name == name);
        if (known is not null)
        {
            return known;
        }

        var registered = sources.Registered.FirstOrDefault(type => mapper.FindScalar(type) is null
            && (type.IsEnum ? ClrNaming.OfType(type) : isInput ? ClrNaming.OfInputType(type) : ClrNaming.OfOutputType(type)) == name);
        return registered is null ? null : isInput ? mapper.MapInput(registered) : mapper.MapOutput(registered);
    }
}
