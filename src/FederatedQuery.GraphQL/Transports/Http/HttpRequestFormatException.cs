namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>A request that is not GraphQL over HTTP; the message goes to the client, with the status that <see cref="ResponseStatus"/> gives the code.</summary>
internal sealed class HttpRequestFormatException(string code, string message) : Exception(message)
{
    /// <summary>One of <see cref="Language.ErrorCodes"/>.</summary>
    public string Code { get; } = code;
}
