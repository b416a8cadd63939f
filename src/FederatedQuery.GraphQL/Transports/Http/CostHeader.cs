using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Language;
using Microsoft.AspNetCore.Http;

namespace FederatedQuery.GraphQL.Transports.Http;

/// <summary>The header <c>GraphQL-Cost</c>: <c>report</c> executes and tells the cost, <c>validate</c> tells the cost alone. Hot Chocolate has the same.</summary>
internal static class CostHeader
{
    private const string Name = "GraphQL-Cost";

    /// <exception cref="HttpRequestFormatException">The header has another value.</exception>
    public static CostReporting Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Name, out var values))
        {
            return CostReporting.None;
        }

        return values.ToString().Trim() switch
        {
            var value when value.Equals("report", StringComparison.OrdinalIgnoreCase) => CostReporting.Report,
            var value when value.Equals("validate", StringComparison.OrdinalIgnoreCase) => CostReporting.Validate,
            var value => throw new HttpRequestFormatException(ErrorCodes.BadRequest, $"Header {Name} is '{value}'; it must be 'report' or 'validate'."),
        };
    }
}
