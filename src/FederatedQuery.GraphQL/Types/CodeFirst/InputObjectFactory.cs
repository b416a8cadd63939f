using System.Reflection;
using System.Runtime.ExceptionServices;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>Makes instances of an input class: through its constructor by parameter names, then through the properties not covered.</summary>
internal sealed class InputObjectFactory
{
    private readonly Type _type;
    private readonly ConstructorInfo? _constructor;
    private readonly (ParameterInfo Parameter, string Field)[] _parameters;
    private readonly (PropertyInfo Property, string Field)[] _properties;

    public InputObjectFactory(Type type, IReadOnlyList<(PropertyInfo Property, string Field)> fields)
    {
        _type = type;
        var constructors = type.GetConstructors();
        _constructor = constructors.FirstOrDefault(constructor => constructor.GetParameters().Length == 0)
            ?? constructors.OrderByDescending(constructor => constructor.GetParameters().Length)
                .FirstOrDefault(constructor => constructor.GetParameters().All(parameter => FieldOf(parameter, fields) is not null))
            ?? (type.IsValueType ? null : throw new SchemaException([$"Input class '{type}' needs a public constructor without parameters, or one whose parameters are all properties."]));
        _parameters = [.. (_constructor?.GetParameters() ?? []).Select(parameter => (parameter, FieldOf(parameter, fields)!))];
        _properties = [.. fields.Where(field => field.Property.SetMethod is { IsPublic: true } && _parameters.All(parameter => parameter.Field != field.Field))];
    }

    public object Create(IReadOnlyDictionary<string, object?> values)
    {
        var arguments = new object?[_parameters.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            var (parameter, field) = _parameters[i];
            arguments[i] = values.TryGetValue(field, out var value)
                ? InputConverter.Convert(value, parameter.ParameterType)
                : ClrLiteral.DefaultOf(parameter);
        }

        try
        {
            var instance = _constructor?.Invoke(arguments) ?? Activator.CreateInstance(_type)!;
            foreach (var (property, field) in _properties)
            {
                if (values.TryGetValue(field, out var value))
                {
                    property.SetValue(instance, InputConverter.Convert(value, property.PropertyType));
                }
            }

            return instance;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }

    private static string? FieldOf(ParameterInfo parameter, IReadOnlyList<(PropertyInfo Property, string Field)> fields) =>
        fields.Where(field => string.Equals(field.Property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Field).FirstOrDefault();
}
