using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>The body of every answer that is no success (IcebergErrorResponse).</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">One of <see cref="RestErrorType"/>, or another of some other server.</param>
/// <param name="Code">The HTTP status.</param>
public sealed record RestError(string Message, string Type, int Code) : IRestMessage<RestError>
{
    /// <summary>Of the server; this library's has none.</summary>
    public ImmutableArray<string> Stack { get; init; } = [];

    public static RestError Read(JsonElement json)
    {
        const string where = "an error";
        var error = json.Required("error", "an error response");
        return new RestError(error.OptionalString("message", where) ?? "", error.RequiredString("type", where), error.RequiredInt("code", where))
        {
            Stack = error.Optional("stack") is null ? [] : [.. error.RequiredArray("stack", where).Select(line => line.AsString("stack", where))],
        };
    }

    public void Write(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("message", Message);
        writer.WriteString("type", Type);
        writer.WriteNumber("code", Code);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
