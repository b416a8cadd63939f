using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>CoerceVariableValues() (spec section 6.1.2). All errors are collected.</summary>
internal static class VariableCoercion
{
    public static VariableValues Coerce(
        Schema schema, DocumentNode document, OperationDefinitionNode operation, JsonElement? given, List<GraphQLError> errors)
    {
        var values = new VariableValues();
        foreach (var definition in operation.VariableDefinitions)
        {
            var name = definition.Variable.Name;
            if (TypeFromNode.Find(schema, definition.Type) is not { } type)
            {
                continue;
            }

            if (given is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var property))
            {
                if (InputCoercion.TryCoerceJson(property, type, out var value, out var error))
                {
                    values.Set(name, value, property);
                }
                else
                {
                    errors.Add(Error(document, definition, InvalidValue(name, type, property, error)));
                }
            }
            else if (definition.DefaultValue is { } literal)
            {
                if (InputCoercion.TryCoerceLiteral(literal, type, null, out var value, out var error))
                {
                    values.Set(name, value, literal);
                }
                else
                {
                    errors.Add(Error(document, definition, $"Variable \"${name}\" has an invalid default value: {error}"));
                }
            }
            else if (type.IsNonNull)
            {
                errors.Add(Error(document, definition, $"Variable \"${name}\" of required type \"{type}\" was not provided."));
            }
        }

        return values;
    }

    private static string InvalidValue(string name, GraphQLType type, JsonElement value, InputError error)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return $"Variable \"${name}\" of non-null type \"{type}\" must not be null.";
        }

        var at = error.Path.Length == 0 ? string.Empty : $" at \"{name}{error.Path}\"";
        return $"Variable \"${name}\" got invalid value {Shorten(error.Found)}{at}; {error.Message}";
    }

    private static string Shorten(string json) => json.Length <= 200 ? json : string.Concat(json.AsSpan(0, 200), "...");

    private static GraphQLError Error(DocumentNode document, SyntaxNode node, string message) =>
        new(message) { Locations = [document.LocationOf(node)], Code = ErrorCodes.BadUserInput };
}
