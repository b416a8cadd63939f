using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Types;

/// <summary>A leaf type with its own coercion (spec section 3.5). Wrong input is answered by false and a message, never by an exception.</summary>
public abstract class ScalarType(string name) : NamedType(name)
{
    /// <summary>Where the format is specified.</summary>
    public string? SpecifiedBy { get; init; }

    /// <summary>Writes a resolver's value as JSON. False, with nothing written, when the scalar cannot represent it.</summary>
    public abstract bool TryWrite(Utf8JsonBuffer output, object value);

    /// <summary>Input coercion of a literal without variables. <paramref name="error"/> is a sentence for the client, null for the usual one.</summary>
    public abstract bool TryParseLiteral(ValueNode literal, [NotNullWhen(true)] out object? value, out string? error);

    /// <summary>Input coercion of a JSON value that is not null.</summary>
    public abstract bool TryParseValue(JsonElement json, [NotNullWhen(true)] out object? value, out string? error);
}
