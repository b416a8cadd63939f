using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Serving;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>What is sent back.</summary>
internal static class RestAnswer
{
    public static RequestOutcome NoContent { get; } = new(StatusCodes.Status204NoContent, null, default);

    public static RequestOutcome Ok<T>(T message)
        where T : IRestMessage<T> => new(StatusCodes.Status200OK, null, RestMessage.ToJson(message));

    public static RequestOutcome Of(ServedTable served) => served.Table is null
        ? new(StatusCodes.Status304NotModified, served.Tag, default)
        : new(StatusCodes.Status200OK, served.Tag, RestMessage.ToJson(served.Table));

    public static RequestOutcome Of(RestError error) => new(error.Code, null, RestMessage.ToJson(error));
}
