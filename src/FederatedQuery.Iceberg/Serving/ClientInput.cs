using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>
/// The same exceptions tell of bad requests and of broken files. What is done inside these methods is the client's to answer for, and becomes a 400.
/// </summary>
internal static class ClientInput
{
    /// <summary>What the request says does not go together, or not with the table.</summary>
    /// <exception cref="RestCatalogException">400.</exception>
    public static T Check<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (IcebergException error) when (IsOfInput(error.Kind))
        {
            throw Refused(error);
        }
    }

    /// <inheritdoc cref="Check"/>
    public static async Task<T> CheckAsync<T>(Func<Task<T>> build)
    {
        try
        {
            return await build();
        }
        catch (IcebergException error) when (IsOfInput(error.Kind))
        {
            throw Refused(error);
        }
    }

    private static bool IsOfInput(IcebergErrorKind kind) =>
        kind is IcebergErrorKind.InvalidMetadata or IcebergErrorKind.InvalidValue or IcebergErrorKind.InvalidExpression or IcebergErrorKind.Unsupported;

    private static RestCatalogException Refused(IcebergException error) => new(400, RestErrorType.Validation, error.Message, error);
}
