namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>The texts of <c>type</c> in errors, as the API's examples and Java's server write them. Clients tell some 404 and 409 apart by them.</summary>
public static class RestErrorType
{
    public const string BadRequest = "BadRequestException";
    public const string Validation = "ValidationException";
    public const string NotAuthorized = "NotAuthorizedException";
    public const string Forbidden = "ForbiddenException";
    public const string NoSuchNamespace = "NoSuchNamespaceException";
    public const string NoSuchTable = "NoSuchTableException";
    public const string NoSuchWarehouse = "NoSuchWarehouseException";
    public const string NotFound = "NotFoundException";
    public const string MethodNotAllowed = "MethodNotAllowedException";
    public const string UnsupportedMediaType = "UnsupportedMediaTypeException";
    public const string UnsupportedOperation = "UnsupportedOperationException";
    public const string AlreadyExists = "AlreadyExistsException";
    public const string NamespaceNotEmpty = "NamespaceNotEmptyException";
    public const string CommitFailed = "CommitFailedException";
    public const string CommitStateUnknown = "CommitStateUnknownException";
    public const string UnprocessableEntity = "UnprocessableEntityException";
    public const string ServiceUnavailable = "ServiceUnavailableException";
    public const string InternalServerError = "InternalServerError";
}
