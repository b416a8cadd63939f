using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace FederatedQuery.ObjectStore.S3;

/// <summary>The SDK's client as this store wants it: no retries of its own, since those do not know what a conditional write needs.</summary>
internal static class S3ClientFactory
{
    private const string RegionOfOtherServers = "us-east-1";

    /// <exception cref="ArgumentException">No region is known.</exception>
    public static AmazonS3Client Create(S3Options options)
    {
        var config = new AmazonS3Config
        {
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            // Every call brings a deadline; a body may take as long as it keeps coming.
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            HttpClientFactory = new ConnectionFactory(options),
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? RegionOfOtherServers;
            config.ForcePathStyle = true;
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else
        {
            config.RegionEndpoint = (options.Region is { } region ? RegionEndpoint.GetBySystemName(region) : FallbackRegionFactory.GetRegionEndpoint())
                ?? throw new ArgumentException($"The region of bucket '{options.Bucket}' is not known; set AWS_REGION, such as eu-central-1.", nameof(options));
            // Dots in the host's name do not fit Amazon's certificate.
            config.ForcePathStyle = options.Bucket.Contains('.', StringComparison.Ordinal);
        }

        return options.Credentials is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }

    private sealed class ConnectionFactory(S3Options options) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            MaxConnectionsPerServer = options.MaxConnections,
            // S3's addresses change; servers close idle connections after about this long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            AllowAutoRedirect = false,
            UseCookies = false,
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };

        // The client is the SDK client's own: options may differ between stores.
        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
