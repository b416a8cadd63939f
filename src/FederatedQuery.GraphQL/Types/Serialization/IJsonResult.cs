using System.Text.Json;

namespace FederatedQuery.GraphQL.Types.Serialization;

/// <summary>A value that writes itself as JSON: for fields of type <c>JSON</c> and for response extensions.</summary>
public interface IJsonResult
{
    /// <summary>Writes exactly one JSON value.</summary>
    void WriteTo(Utf8JsonWriter writer);
}
