using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Validation;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>Checks the JSON of a request's variables against <see cref="OperationLimits"/>, before anything is made of it.</summary>
internal static class VariableLimits
{
    /// <summary>Null when all is within bounds.</summary>
    public static GraphQLError? Check(JsonElement? variables, OperationLimits limits)
    {
        if (variables is not { ValueKind: JsonValueKind.Object } given)
        {
            return null;
        }

        var json = JsonMarshal.GetRawUtf8Value(given);
        if (json.Length > limits.MaxVariablesBytes)
        {
            return new GraphQLError(string.Create(CultureInfo.InvariantCulture, $"The variables are {json.Length} bytes of JSON; at most {limits.MaxVariablesBytes} are allowed."))
            {
                Code = ErrorCodes.VariablesTooLarge,
            };
        }

        // Brackets and commas, those in strings too, are counted many at a time; nearly always that settles it.
        var settled = json.Count((byte)'{') + json.Count((byte)'[') <= limits.MaxVariablesDepth && json.Count((byte)',') < limits.MaxListItems;
        return settled ? null : CheckTokens(json, limits);
    }

    private static GraphQLError? CheckTokens(ReadOnlySpan<byte> json, OperationLimits limits)
    {
        // The reader itself goes one further than allowed, so that it is our message that is given.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxVariablesDepth == int.MaxValue ? int.MaxValue : limits.MaxVariablesDepth + 1 });
        var items = new Stack<int>();
        ReadOnlySpan<byte> name = default;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.CurrentDepth == 1 ? reader.ValueSpan : name;
                continue;
            }

            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                items.Pop();
                continue;
            }

            // Counted in objects as well, where it means nothing: a list above is told by the brackets alone.
            if (items.TryPop(out var count))
            {
                items.Push(++count);
            }

            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                items.Push(reader.TokenType == JsonTokenType.StartArray ? 0 : int.MinValue);
            }

            if (items.Count > limits.MaxVariablesDepth)
            {
                return new GraphQLError($"Variable \"${Encoding.UTF8.GetString(name)}\" makes the variables' JSON more than {limits.MaxVariablesDepth} levels deep, which is the most allowed.")
                {
                    Code = ErrorCodes.VariablesTooDeep,
                };
            }

            if (count > limits.MaxListItems)
            {
                return new GraphQLError($"Variable \"${Encoding.UTF8.GetString(name)}\" has a list of more than {limits.MaxListItems} items, which is the most allowed.")
                {
                    Code = ErrorCodes.ListTooLong,
                };
            }
        }

        return null;
    }
}
