using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.ObjectStore;
using Npgsql;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>Which failure is answered how (rest-catalog-open-api.yaml, responses). The one place where they are translated.</summary>
public static class RestFailures
{
    /// <param name="error">What was thrown.</param>
    /// <param name="notFoundType">What the operation looks up: a <see cref="RestErrorType"/>.</param>
    /// <returns>Null for a failure of the program itself, which the caller logs and answers with a 500.</returns>
    public static RestError? Of(Exception error, string notFoundType) => error switch
    {
        RestCatalogException known => known.Error,
        IcebergException iceberg => Of(iceberg, notFoundType),
        ObjectStoreException { IsRetryable: true } store => new(
            $"The tables' store does not answer at present: {store.Message}", RestErrorType.ServiceUnavailable, 503),
        ObjectStoreException store => new($"The tables' store failed: {store.Message}", RestErrorType.InternalServerError, 500),
        NpgsqlException or TimeoutException => new($"The catalog's database does not answer: {error.Message}", RestErrorType.ServiceUnavailable, 503),
        _ => null,
    };

    private static RestError Of(IcebergException error, string notFoundType) => error.Kind switch
    {
        IcebergErrorKind.NotFound => new(error.Message, notFoundType, 404),
        IcebergErrorKind.AlreadyExists => new(error.Message, RestErrorType.AlreadyExists, 409),
        IcebergErrorKind.NotEmpty => new(error.Message, RestErrorType.NamespaceNotEmpty, 409),
        IcebergErrorKind.CommitConflict or IcebergErrorKind.ValidationFailed => new(error.Message, RestErrorType.CommitFailed, 409),
        IcebergErrorKind.CommitStateUnknown => new(error.Message, RestErrorType.CommitStateUnknown, 500),

        // Names and values are the client's; whatever else is, has become a 400 where it was read.
        IcebergErrorKind.InvalidValue or IcebergErrorKind.Unsupported => new(error.Message, RestErrorType.BadRequest, 400),
        _ => new(error.Message, RestErrorType.InternalServerError, 500),
    };
}
