using System.Collections;
using System.Globalization;
using System.Reflection;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>C# default values as GraphQL literals.</summary>
internal static class ClrLiteral
{
    /// <summary>A parameter's default, or null. Reflection gives that of a nullable enum as its number.</summary>
    public static object? DefaultOf(ParameterInfo parameter)
    {
        var value = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        return value is not null && Nullable.GetUnderlyingType(parameter.ParameterType) is { IsEnum: true } type && value is not Enum ? Enum.ToObject(type, value) : value;
    }

    /// <exception cref="SchemaException">The value is of a kind that has no literal.</exception>
    public static ValueNode From(object value, GraphQLType type) => value switch
    {
        _ when type.NullableType is EnumType enumType && enumType.TryGetByValue(value, out var name) => new EnumValueNode(0, name.Name),
        string text => new StringValueNode(0, text),
        bool truth => new BooleanValueNode(0, truth),
        int or long or short or byte or uint => new IntValueNode(0, Convert.ToString(value, CultureInfo.InvariantCulture)!),
        double or float or decimal => new FloatValueNode(0, ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
        IEnumerable items when type.NullableType is ListType list => new ListValueNode(0, [.. items.Cast<object>().Select(item => From(item, list.OfType))]),
        _ => throw new SchemaException([$"A default value of class '{value.GetType()}' cannot be written as a GraphQL literal."]),
    };
}
