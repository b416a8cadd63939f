using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>
/// Input coercion (spec sections 3.4 to 3.12). Lists become <c>object?[]</c>, input objects what their type makes of them.
/// The error is one sentence and says at which field it is.
/// </summary>
public static class InputCoercion
{
    /// <summary>Coerces a literal that may hold variables; without <paramref name="variables"/> it must be constant.</summary>
    public static bool TryCoerceLiteral(ValueNode literal, GraphQLType type, VariableValues? variables, out object? value, out string? error)
    {
        value = null;
        error = null;
        if (literal is VariableNode variable)
        {
            if (variables is null || !variables.TryGet(variable.Name, out value))
            {
                error = type.IsNonNull ? $"Expected value of type \"{type}\", but variable \"${variable.Name}\" was not provided." : null;
                return error is null;
            }

            error = value is null && type.IsNonNull ? InputErrors.Null(type) : null;
            return error is null;
        }

        if (literal is NullValueNode)
        {
            error = type.IsNonNull ? InputErrors.Null(type) : null;
            return error is null;
        }

        switch (type.NullableType)
        {
            case ListType list: return TryCoerceList(literal, list.OfType, variables, out value, out error);
            case InputObjectType input: return TryCoerceObject(literal, input, variables, out value, out error);
            case EnumType enumType:
                if (literal is EnumValueNode name && enumType.Values.TryGet(name.Value, out var definition))
                {
                    value = definition.Value;
                    return true;
                }

                error = InputErrors.Enum(enumType, literal.ToString(), literal is EnumValueNode or StringValueNode, (literal as EnumValueNode)?.Value ?? (literal as StringValueNode)?.Value);
                return false;
            case ScalarType scalar:
                return scalar.TryParseLiteral(LiteralVariables.Replace(literal, variables), out value, out error)
                    || Fail(ref error, $"Expected value of type \"{scalar.Name}\", found {literal}.");
            default:
                error = $"\"{type}\" is not an input type.";
                return false;
        }
    }

    /// <summary>Coerces a JSON value, such as a variable's.</summary>
    /// <param name="json">The value.</param>
    /// <param name="type">An input type.</param>
    /// <param name="value">The coerced value.</param>
    /// <param name="error">Where (below the value, empty for the value itself), what was there, and what is wrong.</param>
    public static bool TryCoerceJson(JsonElement json, GraphQLType type, out object? value, out InputError error)
    {
        value = null;
        error = default;
        if (json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            error = new InputError(string.Empty, "null", $"Expected non-nullable type \"{type}\" not to be null.");
            return !type.IsNonNull;
        }

        switch (type.NullableType)
        {
            case ListType list: return TryCoerceList(json, list.OfType, out value, out error);
            case InputObjectType input: return TryCoerceObject(json, input, out value, out error);
            case EnumType enumType:
                if (json.ValueKind == JsonValueKind.String && enumType.Values.TryGet(json.GetString()!, out var definition))
                {
                    value = definition.Value;
                    return true;
                }

                var isName = json.ValueKind == JsonValueKind.String;
                error = new InputError(string.Empty, json.GetRawText(), InputErrors.EnumValue(enumType, json.GetRawText(), isName ? json.GetString() : null));
                return false;
            case ScalarType scalar:
                if (scalar.TryParseValue(json, out value, out var message))
                {
                    return true;
                }

                error = new InputError(string.Empty, json.GetRawText(), message ?? $"Expected type \"{scalar.Name}\".");
                return false;
            default:
                error = new InputError(string.Empty, json.GetRawText(), $"\"{type}\" is not an input type.");
                return false;
        }
    }

    private static bool Fail(ref string? error, string fallback)
    {
        error ??= fallback;
        return false;
    }

    private static bool TryCoerceList(ValueNode literal, GraphQLType itemType, VariableValues? variables, out object? value, out string? error)
    {
        value = null;
        if (literal is not ListValueNode list)
        {
            // A single value stands for a list of one (spec section 3.11).
            var single = TryCoerceLiteral(literal, itemType, variables, out var only, out error);
            value = new[] { only };
            return single;
        }

        var items = new object?[list.Values.Length];
        for (var i = 0; i < items.Length; i++)
        {
            if (!TryCoerceLiteral(list.Values[i], itemType, variables, out items[i], out error))
            {
                return false;
            }
        }

        value = items;
        error = null;
        return true;
    }

    private static bool TryCoerceList(JsonElement json, GraphQLType itemType, out object? value, out InputError error)
    {
        value = null;
        if (json.ValueKind != JsonValueKind.Array)
        {
            var single = TryCoerceJson(json, itemType, out var only, out error);
            value = new[] { only };
            return single;
        }

        var items = new object?[json.GetArrayLength()];
        var index = 0;
        foreach (var item in json.EnumerateArray())
        {
            if (!TryCoerceJson(item, itemType, out items[index], out error))
            {
                error = error.Below($"[{index}]");
                return false;
            }

            index++;
        }

        value = items;
        error = default;
        return true;
    }

    private static bool TryCoerceObject(ValueNode literal, InputObjectType type, VariableValues? variables, out object? value, out string? error)
    {
        value = null;
        if (literal is not ObjectValueNode given)
        {
            error = $"Expected value of type \"{type.Name}\" to be an object, found: {literal}.";
            return false;
        }

        foreach (var field in given.Fields)
        {
            if (!type.Fields.Contains(field.Name))
            {
                error = InputErrors.UnknownFieldOf(type, field.Name, literal);
                return false;
            }
        }

        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in type.Fields)
        {
            var node = given.Fields.FirstOrDefault(candidate => candidate.Name == field.Name)?.Value;

            // A variable that was not given leaves the field out (spec section 3.10, input coercion).
            if (node is VariableNode variable && (variables is null || !variables.TryGet(variable.Name, out _)))
            {
                node = null;
            }

            node ??= field.DefaultValue;
            if (node is null)
            {
                if (field.IsRequired)
                {
                    error = InputErrors.MissingFieldOf(type, field, literal);
                    return false;
                }

                continue;
            }

            if (!TryCoerceLiteral(node, field.Type, variables, out var item, out error))
            {
                return false;
            }

            values[field.Name] = item;
        }

        return TryFinishObject(type, values, out value, out error);
    }

    private static bool TryCoerceObject(JsonElement json, InputObjectType type, out object? value, out InputError error)
    {
        value = null;
        error = default;
        if (json.ValueKind != JsonValueKind.Object)
        {
            error = new InputError(string.Empty, json.GetRawText(), $"Expected type \"{type.Name}\" to be an object.");
            return false;
        }

        foreach (var field in json.EnumerateObject())
        {
            if (!type.Fields.Contains(field.Name))
            {
                error = new InputError(string.Empty, json.GetRawText(), InputErrors.UnknownField(type, field.Name));
                return false;
            }
        }

        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in type.Fields)
        {
            object? item;
            if (json.TryGetProperty(field.Name, out var given))
            {
                if (!TryCoerceJson(given, field.Type, out item, out error))
                {
                    error = error.Below($".{field.Name}");
                    return false;
                }
            }
            else if (field.DefaultValue is null)
            {
                if (field.IsRequired)
                {
                    error = new InputError(string.Empty, json.GetRawText(), InputErrors.MissingField(type, field));
                    return false;
                }

                continue;
            }
            else if (!TryCoerceLiteral(field.DefaultValue, field.Type, null, out item, out var message))
            {
                error = new InputError($".{field.Name}", field.DefaultValue.ToString(), message!);
                return false;
            }

            values[field.Name] = item;
        }

        if (TryFinishObject(type, values, out value, out var problem))
        {
            return true;
        }

        error = new InputError(string.Empty, json.GetRawText(), problem!);
        return false;
    }

    private static bool TryFinishObject(InputObjectType type, Dictionary<string, object?> values, out object? value, out string? error)
    {
        value = null;
        error = null;
        if (type.IsOneOf && values.Count != 1)
        {
            error = $"Exactly one key must be specified for OneOf type \"{type.Name}\".";
            return false;
        }

        if (type.IsOneOf && values.First() is { Value: null } field)
        {
            error = $"Field \"{field.Key}\" must be non-null.";
            return false;
        }

        try
        {
            value = type.CreateInstance?.Invoke(values) ?? values;
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or GraphQLException)
        {
            // The input class itself refused the values; its message is meant for the caller.
            error = exception.Message;
            return false;
        }
    }
}
