using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>Answers that are no success, as exceptions.</summary>
internal static class RestErrors
{
    private const int MaxTextLength = 500;

    /// <param name="onConflict">What 409 means for this request.</param>
    public static IcebergException ToException(RestCall request, RestReply answer, IcebergErrorKind onConflict = IcebergErrorKind.AlreadyExists)
    {
        var error = Read(answer);
        var kind = answer.Status switch
        {
            401 or 403 or 419 => IcebergErrorKind.AccessDenied,
            404 => IcebergErrorKind.NotFound,
            400 or 409 when error?.Type == RestErrorType.NamespaceNotEmpty => IcebergErrorKind.NotEmpty,
            409 => onConflict,
            405 or 406 or 501 or (>= 300 and < 400) => IcebergErrorKind.Unsupported,
            _ when answer.IsTransient => IcebergErrorKind.Unavailable,
            _ => IcebergErrorKind.InvalidValue,
        };
        var reason = error switch
        {
            { Message.Length: > 0 } => $": {Shorten(error.Message)}",
            _ when answer.Location is { } location => $", a redirection to {Shorten(location)}, which is not followed; set the catalog's address to where it is",
            _ => ".",
        };
        var type = error is { Type.Length: > 0 } ? $" {Shorten(error.Type)}" : "";
        return new IcebergException(
            kind, $"The REST catalog answered {request} with {answer.Status}{type}{reason}", error is null ? null : new RestCatalogException(error));
    }

    /// <summary>Texts of a server may be anything; what is passed on is one line of bounded length.</summary>
    public static string Shorten(string text)
    {
        var line = new string([.. text.Take(MaxTextLength).Select(character => char.IsControl(character) ? ' ' : character)]).Trim();
        return text.Length > MaxTextLength ? line + "..." : line;
    }

    private static RestError? Read(RestReply answer)
    {
        try
        {
            return answer.Body.IsEmpty ? null : RestMessage.Read<RestError>(answer.Body);
        }
        catch (IcebergException)
        {
            // Something else answered, a proxy perhaps; the status says enough.
            return null;
        }
    }
}
