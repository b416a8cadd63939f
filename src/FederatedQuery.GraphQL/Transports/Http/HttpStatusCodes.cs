namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>Which status codes answer requests under <c>application/graphql-response+json</c> (docs/decisions/0006).</summary>
public enum HttpStatusCodes
{
    /// <summary>As the audits of npm graphql-http 1.23 expect: 400 for a request that could not be executed, 200 for every other.</summary>
    Audited,

    /// <summary>As GraphQL over HTTP of August 2026 says: 422 where the document parses but cannot be executed, 294 for data with errors.</summary>
    Draft,
}
