using System.ComponentModel;
using System.Reflection;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Makes input objects of classes, and arguments of parameters.</summary>
internal sealed class ClrInputFactory(ClrTypeMapper mapper)
{
    public InputObjectType ToInputObject(Type type)
    {
        if (type.IsInterface || type.IsAbstract || type.IsPrimitive || typeof(System.Collections.IDictionary).IsAssignableFrom(type))
        {
            throw new SchemaException([$"C# type '{type}' cannot be an input: it is abstract, a dictionary, or has no scalar. If it is a service, mark the parameter [Service]."]);
        }

        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => !ClrMember.Has<GraphQLIgnoreAttribute>(property) && property.GetIndexParameters().Length == 0)
            .GroupBy(property => property.Name).Select(ClrFieldFactory.MostDerived)
            .OrderBy(property => property.MetadataToken)
            .Select(property => (Property: property, Field: ClrNaming.OfMember(property)))
            .ToArray();
        var factory = new InputObjectFactory(type, properties);
        return new InputObjectType(ClrNaming.OfInputType(type), () => properties.Select(property => ToInputField(type, property.Property)))
        {
            Description = mapper.DescriptionOf(type),
            AppliedDirectives = mapper.Directives.Of(type),
            IsOneOf = type.IsDefined(typeof(OneOfAttribute)),
            CreateInstance = factory.Create,
        };
    }

    public InputValueDefinition ToInputField(Type owner, PropertyInfo property)
    {
        var type = mapper.References.ToType(property, ClrTypeShape.OfProperty(property, isInput: true), isInput: true);
        var parameter = owner.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .FirstOrDefault(parameter => parameter.HasDefaultValue && string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase));
        return new InputValueDefinition(ClrNaming.OfMember(property), type)
        {
            Description = mapper.DescriptionOf(property),
            DeprecationReason = ClrNaming.DeprecationOf(property),
            AppliedDirectives = mapper.Directives.Of(property),
            DefaultValue = DefaultOf(property, parameter, type),
        };
    }

    public InputValueDefinition ToArgument(ParameterInfo parameter)
    {
        var type = mapper.References.ToType(parameter, ClrTypeShape.OfParameter(parameter), isInput: true);
        return new InputValueDefinition(ClrNaming.OfParameter(parameter), type)
        {
            Description = mapper.DescriptionOf(parameter),
            DeprecationReason = ClrNaming.DeprecationOf(parameter),
            AppliedDirectives = mapper.Directives.Of(parameter),
            DefaultValue = DefaultOf(parameter, parameter, type),
        };
    }

    private static ValueNode? DefaultOf(ICustomAttributeProvider member, ParameterInfo? parameter, GraphQLType type)
    {
        if (ClrMember.Find<DefaultValueSyntaxAttribute>(member) is { } syntax)
        {
            return Utf8Parser.ParseConstValue(syntax.Literal);
        }

        var value = ClrMember.Find<DefaultValueAttribute>(member)?.Value ?? (parameter is null ? null : ClrLiteral.DefaultOf(parameter));
        return value is null ? null : ClrLiteral.From(value, type);
    }
}
