using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

namespace FederatedQuery.Iceberg.Serving;

/// <summary>
/// Runs requests with an Idempotency-Key once (rest-catalog-open-api.yaml, idempotency-key): a repeated one gets the answer of the first. Answers of
/// 5xx are not kept, so that the request may be tried again. Should the process die between a change and its record, the repeated request runs again
/// and meets its own requirements.
/// </summary>
public sealed class IdempotentRequests(Func<SqlCatalog> catalog)
{
    private const int FirstNotKept = 500;

    /// <param name="header">The key.</param>
    /// <param name="fingerprint">Tells requests apart that are given one key.</param>
    /// <param name="patience">No request runs longer.</param>
    /// <param name="run">Answers; its failures are answers too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RestCatalogException">400: the key is no UUID, or was used for another request. 503: the first one is still at work.</exception>
    public async Task<RequestOutcome> RunAsync(
        string header, byte[] fingerprint, TimeSpan patience, Func<Task<RequestOutcome>> run, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(header, "D", out var key))
        {
            throw RestCatalogException.BadRequest($"Idempotency-Key is '{header}'; a UUID of 36 characters is expected.");
        }

        var known = await catalog().BeginRequestAsync(key, fingerprint, patience, cancellationToken);
        if (!known.IsSame)
        {
            throw RestCatalogException.BadRequest($"Idempotency-Key '{header}' was used for another request; every operation needs a key of its own.");
        }

        return known switch
        {
            { Outcome: { } outcome } => outcome,
            { IsFirst: false } => throw new RestCatalogException(
                503, RestErrorType.ServiceUnavailable, $"The first request with Idempotency-Key '{header}' has not ended yet; ask again in a moment."),
            _ => await RunFirstAsync(key, run),
        };
    }

    private async Task<RequestOutcome> RunFirstAsync(Guid key, Func<Task<RequestOutcome>> run)
    {
        RequestOutcome outcome;
        try
        {
            outcome = await run();
        }
        catch
        {
            await catalog().ForgetRequestAsync(key, CancellationToken.None);
            throw;
        }

        // What was done is recorded also when the client has gone meanwhile: it will ask again.
        await (outcome.Status < FirstNotKept
            ? catalog().FinishRequestAsync(key, outcome, CancellationToken.None)
            : catalog().ForgetRequestAsync(key, CancellationToken.None));
        return outcome;
    }
}
