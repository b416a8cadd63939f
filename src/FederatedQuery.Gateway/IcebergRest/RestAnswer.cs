using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Serving;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>What is sent back.</summary>
/// <param name="Status">HTTP.</param>
/// <param name="Body">JSON; empty for none.</param>
/// <param name="Tag">The ETag; null for none.</param>
internal sealed record RestAnswer(int Status, ReadOnlyMemory<byte> Body, string? Tag = null)
{
    public static RestAnswer NoContent { get; } = new(StatusCodes.Status204NoContent, default);

    public static RestAnswer Ok<T>(T message)
        where T : IRestMessage<T> => new(StatusCodes.Status200OK, RestMessage.ToJson(message));

    public static RestAnswer Of(ServedTable served) => served.Table is null
        ? new(StatusCodes.Status304NotModified, default, served.Tag)
        : new(StatusCodes.Status200OK, RestMessage.ToJson(served.Table), served.Tag);

    public static RestAnswer Of(RestError error) => new(error.Code, RestMessage.ToJson(error));
}
