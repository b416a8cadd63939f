using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A scalar whose values are of one CLR type.</summary>
public abstract class ScalarType<T>(string name) : ScalarType(name), ILeafWriter<T>
    where T : notnull
{
    public sealed override bool TryWrite(Utf8JsonBuffer output, object value) =>
        value is T typed ? TryWrite(output, typed) : TryConvert(value, out var converted) && TryWrite(output, converted);

    public sealed override bool TryParseLiteral(ValueNode literal, [NotNullWhen(true)] out object? value, out string? error)
    {
        var parsed = TryParse(literal, out var typed, out error);
        value = typed;
        return parsed && value is not null;
    }

    public sealed override bool TryParseValue(JsonElement json, [NotNullWhen(true)] out object? value, out string? error)
    {
        var parsed = TryParse(json, out var typed, out error);
        value = typed;
        return parsed && value is not null;
    }

    /// <summary>False, with nothing written, when the scalar cannot represent the value.</summary>
    public abstract bool TryWrite(Utf8JsonBuffer output, T value);

    /// <summary>Result coercion of values of other CLR types.</summary>
    protected virtual bool TryConvert(object value, [MaybeNullWhen(false)] out T converted)
    {
        converted = default;
        return false;
    }

    protected abstract bool TryParse(ValueNode literal, [MaybeNullWhen(false)] out T value, out string? error);

    protected abstract bool TryParse(JsonElement json, [MaybeNullWhen(false)] out T value, out string? error);
}
