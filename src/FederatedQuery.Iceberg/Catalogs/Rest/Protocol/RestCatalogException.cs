namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>A request of the REST catalog API that was answered, or is to be answered, with an error.</summary>
public sealed class RestCatalogException : Exception
{
    public RestCatalogException(RestError error, Exception? innerException = null)
        : base(error?.Message, innerException)
    {
        ArgumentNullException.ThrowIfNull(error);
        Error = error;
    }

    public RestCatalogException(int code, string type, string message, Exception? innerException = null)
        : this(new RestError(message, type, code), innerException)
    {
    }

    public RestError Error { get; }

    internal static RestCatalogException BadRequest(string message, Exception? innerException = null) =>
        new(400, RestErrorType.BadRequest, message, innerException);
}
