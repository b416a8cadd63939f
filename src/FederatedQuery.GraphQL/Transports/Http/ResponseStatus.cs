using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>
/// The one place that maps error codes to status codes. <see cref="HttpStatusCodes.Audited"/> is what the audits of npm graphql-http expect,
/// <see cref="HttpStatusCodes.Draft"/> section "Status Codes" of GraphQL over HTTP as of August 2026.
/// </summary>
internal static class ResponseStatus
{
    /// <summary>"Partial success": a code that the draft defines for <c>application/graphql-response+json</c> alone.</summary>
    public const int PartialSuccess = 294;

    /// <summary>For a request that did not get as far as GraphQL.</summary>
    public static int OfMalformed(string code, HttpStatusCodes codes) => code switch
    {
        ErrorCodes.CrossSiteRequest => StatusCodes.Status403Forbidden,
        ErrorCodes.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCodes.NotAcceptable => StatusCodes.Status406NotAcceptable,
        ErrorCodes.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        ErrorCodes.InvalidBody => StatusCodes.Status400BadRequest,
        _ => Unprocessable(codes),
    };

    /// <summary>For the result of a well-formed request: under <c>application/json</c> 200 whatever came of it.</summary>
    public static int Of(OperationResult result, string mediaType, HttpStatusCodes codes)
    {
        if (IsOverload(result))
        {
            // Whatever the media type: proxies and clients that know nothing of GraphQL are to try again later.
            return StatusCodes.Status503ServiceUnavailable;
        }

        if (mediaType != MediaTypes.GraphQLResponse)
        {
            return StatusCodes.Status200OK;
        }

        if (result.HasData)
        {
            return codes == HttpStatusCodes.Draft && result.Errors.Count > 0 ? PartialSuccess : StatusCodes.Status200OK;
        }

        if (result.Errors.Count == 0)
        {
            // Nothing was to be executed: the request asked for its cost.
            return StatusCodes.Status200OK;
        }

        // Errors of a request that was not executed come from one step of it, so the first speaks for all.
        return result.Errors[0].Code switch
        {
            ErrorCodes.Syntax or ErrorCodes.TooManyTokens or ErrorCodes.DocumentTooLarge => StatusCodes.Status400BadRequest,
            ErrorCodes.Internal => StatusCodes.Status500InternalServerError,
            ErrorCodes.Timeout => StatusCodes.Status504GatewayTimeout,
            ErrorCodes.Unauthenticated => StatusCodes.Status401Unauthorized,
            ErrorCodes.Forbidden => StatusCodes.Status403Forbidden,
            _ => Unprocessable(codes),
        };
    }

    /// <summary>Refused only because of what else runs.</summary>
    public static bool IsOverload(OperationResult result) =>
        !result.HasData && result.Errors is [{ Code: ErrorCodes.TooManyRequests or ErrorCodes.TooManySubscriptions }, ..];

    private static int Unprocessable(HttpStatusCodes codes) =>
        codes == HttpStatusCodes.Draft ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status400BadRequest;
}
