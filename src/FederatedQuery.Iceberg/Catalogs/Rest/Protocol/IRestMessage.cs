using System.Text.Json;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>
/// A request or response of the REST catalog API (rest-catalog-open-api.yaml), named as its schema there. Members that the schema does not have are
/// ignored when read; so are optional members that are null.
/// </summary>
public interface IRestMessage<TSelf>
    where TSelf : IRestMessage<TSelf>
{
    /// <exception cref="IcebergException">InvalidMetadata, InvalidValue or Unsupported: a member is missing or of the wrong kind; the message names it.</exception>
    static abstract TSelf Read(JsonElement json);

    void Write(Utf8JsonWriter writer);
}
