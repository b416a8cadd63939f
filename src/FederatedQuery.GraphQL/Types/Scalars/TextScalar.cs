using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>A scalar that is a JSON string in one format.</summary>
/// <param name="name">The type's name.</param>
/// <param name="expected">The format with an example, for error messages.</param>
public abstract class TextScalar<T>(string name, string expected) : ScalarType<T>(name)
    where T : notnull
{
    protected sealed override bool TryParse(ValueNode literal, [MaybeNullWhen(false)] out T value, out string? error)
    {
        error = null;
        if (literal is StringValueNode text && TryParseText(text.Value, out value))
        {
            return true;
        }

        value = default;
        error = $"{Name} cannot represent value: {literal}. Expected {expected}.";
        return false;
    }

    protected sealed override bool TryParse(JsonElement json, [MaybeNullWhen(false)] out T value, out string? error)
    {
        error = null;
        if (json.ValueKind == JsonValueKind.String && TryParseText(json.GetString()!, out value))
        {
            return true;
        }

        value = default;
        error = $"{Name} cannot represent value: {json.GetRawText()}. Expected {expected}.";
        return false;
    }

    protected abstract bool TryParseText(string text, [MaybeNullWhen(false)] out T value);
}
