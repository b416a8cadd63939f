using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>The <c>errors</c> entry of a response (spec section 7.1.2).</summary>
internal static class ErrorWriter
{
    /// <summary>Writes <c>"errors":[...]</c>.</summary>
    public static void Write(Utf8JsonBuffer output, IReadOnlyList<GraphQLError> errors)
    {
        output.WriteRaw("\"errors\":"u8);
        WriteList(output, errors);
    }

    public static void WriteList(Utf8JsonBuffer output, IReadOnlyList<GraphQLError> errors)
    {
        output.WriteByte((byte)'[');
        for (var i = 0; i < errors.Count; i++)
        {
            if (i > 0)
            {
                output.WriteByte((byte)',');
            }

            Write(output, errors[i]);
        }

        output.WriteByte((byte)']');
    }

    private static void Write(Utf8JsonBuffer output, GraphQLError error)
    {
        output.WriteRaw("{\"message\":"u8);
        output.WriteString(error.Message);
        if (error.Locations.Count > 0)
        {
            output.WriteRaw(",\"locations\":["u8);
            for (var i = 0; i < error.Locations.Count; i++)
            {
                output.WriteRaw(i > 0 ? ",{\"line\":"u8 : "{\"line\":"u8);
                output.WriteNumber(error.Locations[i].Line);
                output.WriteRaw(",\"column\":"u8);
                output.WriteNumber(error.Locations[i].Column);
                output.WriteByte((byte)'}');
            }

            output.WriteByte((byte)']');
        }

        if (error.Path is not null)
        {
            output.WriteRaw(",\"path\":"u8);
            JsonValueWriter.Write(output, error.Path);
        }

        if (error.Code is not null || error.Extensions is { Count: > 0 })
        {
            var extensions = new Dictionary<string, object?>(StringComparer.Ordinal);
            if (error.Code is not null)
            {
                extensions["code"] = error.Code;
            }

            foreach (var (key, value) in error.Extensions ?? new Dictionary<string, object?>())
            {
                extensions[key] = value;
            }

            output.WriteRaw(",\"extensions\":"u8);
            JsonValueWriter.Write(output, extensions);
        }

        output.WriteByte((byte)'}');
    }
}
