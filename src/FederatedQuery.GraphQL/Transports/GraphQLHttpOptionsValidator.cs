using FederatedQuery.GraphQL.Transports.PersistedOperations;
using Microsoft.Extensions.Options;

namespace FederatedQuery.GraphQL.Transports;

/// <summary>Says everything that is wrong with the options, at the start of the server.</summary>
internal sealed class GraphQLHttpOptionsValidator : IValidateOptions<GraphQLHttpOptions>, IValidateOptions<PersistedOperationOptions>
{
    public ValidateOptionsResult Validate(string? name, GraphQLHttpOptions options)
    {
        var wrong = new List<string>();
        Require(wrong, options.MaxRequestBytes > 0, $"{nameof(options.MaxRequestBytes)} must be above 0, not {options.MaxRequestBytes}.");
        Require(wrong, options.MaxBatchSize >= 0, $"{nameof(options.MaxBatchSize)} must be 0 (off) or above, not {options.MaxBatchSize}.");
        Require(wrong, options.MinCompressedBytes >= 0, $"{nameof(options.MinCompressedBytes)} must be 0 or above, not {options.MinCompressedBytes}.");
        Require(wrong, Enum.IsDefined(options.HttpStatusCodes), $"{nameof(options.HttpStatusCodes)} has no value {(int)options.HttpStatusCodes}.");
        Require(wrong, Enum.IsDefined(options.CompressionLevel), $"{nameof(options.CompressionLevel)} has no value {(int)options.CompressionLevel}.");
        foreach (var origin in options.TrustedOrigins)
        {
            var isOrigin = Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.OrdinalIgnoreCase);
            Require(wrong, isOrigin, $"{nameof(options.TrustedOrigins)} must hold origins such as https://app.example.org, not '{origin}'.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    public ValidateOptionsResult Validate(string? name, PersistedOperationOptions options)
    {
        var wrong = new List<string>();
        Require(
            wrong,
            !options.OnlyPersistedDocuments || options.Storage is not null,
            $"{nameof(options.OnlyPersistedDocuments)} without a {nameof(options.Storage)} would refuse every request: give the documents.");
        Require(wrong, options.AutomaticCacheEntries >= 0, $"{nameof(options.AutomaticCacheEntries)} must be 0 or above, not {options.AutomaticCacheEntries}.");
        Require(wrong, options.AutomaticCacheBytes >= 0, $"{nameof(options.AutomaticCacheBytes)} must be 0 or above, not {options.AutomaticCacheBytes}.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static void Require(List<string> wrong, bool holds, string message)
    {
        if (!holds)
        {
            wrong.Add(message);
        }
    }
}
