using System.Text.Json;
using FederatedQuery.GraphQL.Language.Syntax;

namespace FederatedQuery.GraphQL.Types;

/// <summary>The coerced variables of one request. A variable neither given nor defaulted is not in it.</summary>
public sealed class VariableValues
{
    private readonly Dictionary<string, (object? Value, ValueNode? Literal, JsonElement? Json)> _values = new(StringComparer.Ordinal);

    public static VariableValues Empty { get; } = new();

    public bool TryGet(string name, out object? value)
    {
        var found = _values.TryGetValue(name, out var entry);
        value = entry.Value;
        return found;
    }

    /// <summary>What the value was coerced from: the JSON that was given or, null then, the literal that is the default.</summary>
    internal bool TryGetSource(string name, out ValueNode? literal, out JsonElement? json)
    {
        var found = _values.TryGetValue(name, out var entry);
        (literal, json) = (entry.Literal, entry.Json);
        return found;
    }

    internal void Set(string name, object? value, ValueNode literal) => _values[name] = (value, literal, null);

    internal void Set(string name, object? value, JsonElement json) => _values[name] = (value, null, json);

    /// <summary>The variable as a literal, for scalars that read literals of any shape.</summary>
    internal ValueNode? FindLiteral(string name) => _values.TryGetValue(name, out var entry) ? entry.Literal ?? JsonLiteral.From(entry.Json!.Value) : null;
}
