using System.Collections.Immutable;
using System.Reflection;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Makes directive definitions of classes with <see cref="DirectiveTypeAttribute"/>, and applied directives of attributes.</summary>
/// <param name="toArgument">Makes the argument of a property of a directive class.</param>
/// <param name="descriptionOf">Finds descriptions.</param>
internal sealed class DirectiveMapper(Func<Type, PropertyInfo, InputValueDefinition> toArgument, Func<ICustomAttributeProvider, string?> descriptionOf)
{
    private readonly OrderedDictionary<Type, DirectiveDefinition> _definitions = [];
    private readonly HashSet<Type> _open = [];

    /// <summary>Those added or met so far.</summary>
    public IEnumerable<DirectiveDefinition> Definitions => _definitions.Values;

    /// <exception cref="SchemaException">The class is not a directive, or is used in its own definition.</exception>
    public DirectiveDefinition Map(Type type)
    {
        if (_definitions.TryGetValue(type, out var known))
        {
            return known;
        }

        var attribute = type.GetCustomAttribute<DirectiveTypeAttribute>()
            ?? throw new SchemaException([$"Class '{type}' is used as a directive but has no [DirectiveType]."]);
        if (!_open.Add(type))
        {
            throw new SchemaException([$"Directive '@{ClrNaming.OfDirective(type)}' must not be used in its own definition."]);
        }

        var definition = new DirectiveDefinition(ClrNaming.OfDirective(type), attribute.Locations.ToNames())
        {
            Description = descriptionOf(type),
            IsRepeatable = attribute.IsRepeatable,
            Arguments = [.. ArgumentsOf(type).Select(property => toArgument(type, property))],
        };
        _definitions.Add(type, definition);
        return definition;
    }

    public ImmutableArray<AppliedDirective> Of(ICustomAttributeProvider member) =>
        [.. ClrMember.AllOf<DirectiveAttribute>(member).Select(Apply)];

    /// <summary>The directive of an instance of its class; arguments that are at their default are left out.</summary>
    public AppliedDirective Apply(object instance)
    {
        var definition = Map(instance.GetType());
        var arguments = new List<ArgumentNode>();
        foreach (var (argument, property) in definition.Arguments.Zip(ArgumentsOf(instance.GetType())))
        {
            var literal = property.GetValue(instance) is { } value ? ClrLiteral.From(value, argument.Type) : new NullValueNode(0);
            if (literal.ToString() != (argument.DefaultValue?.ToString() ?? "null"))
            {
                arguments.Add(new ArgumentNode(0, argument.Name, literal));
            }
        }

        return new AppliedDirective(definition.Name, arguments) { Instance = instance };
    }

    private static IEnumerable<PropertyInfo> ArgumentsOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanRead && property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(GraphQLIgnoreAttribute))
            && property.DeclaringType != typeof(Attribute))
        .OrderBy(property => property.MetadataToken);
}
