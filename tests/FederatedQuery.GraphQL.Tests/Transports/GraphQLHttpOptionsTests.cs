using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Transports.Http;
using FederatedQuery.GraphQL.Transports.PersistedOperations;

namespace FederatedQuery.GraphQL.Tests.Transports;

public class GraphQLHttpOptionsTests
{
    private static readonly GraphQLHttpOptionsValidator Validator = new();

    [Fact]
    public void Validate_Defaults_AreRight()
    {
        Assert.True(Validator.Validate(null, new GraphQLHttpOptions()).Succeeded);
        Assert.True(Validator.Validate(null, new PersistedOperationOptions()).Succeeded);
    }

    [Fact]
    public void Validate_EverythingWrong_SaysAllOfIt()
    {
        var options = new GraphQLHttpOptions
        {
            MaxRequestBytes = 0,
            MaxBatchSize = -1,
            MinCompressedBytes = -1,
            HttpStatusCodes = (HttpStatusCodes)9,
            CompressionLevel = (System.IO.Compression.CompressionLevel)9,
            TrustedOrigins = { "app.example", "https://app.example/" },
        };

        Assert.Equal(
            [
                "MaxRequestBytes must be above 0, not 0.",
                "MaxBatchSize must be 0 (off) or above, not -1.",
                "MinCompressedBytes must be 0 or above, not -1.",
                "HttpStatusCodes has no value 9.",
                "CompressionLevel has no value 9.",
                "TrustedOrigins must hold origins such as https://app.example.org, not 'app.example'.",
                "TrustedOrigins must hold origins such as https://app.example.org, not 'https://app.example/'.",
            ],
            Validator.Validate(null, options).Failures);
    }

    [Fact]
    public void Validate_PersistedOperationsWrong_SaysAllOfIt() => Assert.Equal(
        [
            "OnlyPersistedDocuments without a Storage would refuse every request: give the documents.",
            "AutomaticCacheEntries must be 0 or above, not -1.",
            "AutomaticCacheBytes must be 0 or above, not -2.",
        ],
        Validator.Validate(null, new PersistedOperationOptions { OnlyPersistedDocuments = true, AutomaticCacheEntries = -1, AutomaticCacheBytes = -2 }).Failures);

    /// <summary>A server with wrong options does not start.</summary>
    [Fact]
    public async Task Start_WrongOption_Throws()
    {
        var exception = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => GraphQLTestHost.StartAsync(server => server.ModifyHttpOptions(options => options.MaxBatchSize = -1)));

        Assert.Equal("MaxBatchSize must be 0 (off) or above, not -1.", exception.Message);
    }
}
