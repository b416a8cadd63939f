using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>A request that is not GraphQL over HTTP; the message goes to the client with the status.</summary>
internal sealed class HttpRequestFormatException(string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    public int Status { get; } = status;
}
