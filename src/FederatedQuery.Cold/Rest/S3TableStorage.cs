using System.Collections.Concurrent;
using FederatedQuery.Iceberg.Catalogs.Rest;
using FederatedQuery.ObjectStore;
using FederatedQuery.ObjectStore.S3;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Cold.Rest;

/// <summary>The buckets that the tables of a REST catalog lie in, reached as the settings say for buckets, with the catalog's credentials where it gives some.</summary>
/// <param name="template">All but the bucket's name counts.</param>
internal sealed class S3TableStorage(S3Options template, TimeProvider time, ILogger<S3ObjectStore>? logger) : ITableStorage
{
    private const string Scheme = "s3://";

    private readonly ConcurrentDictionary<string, S3ObjectStore> _own = new(StringComparer.Ordinal);

    public ObjectStoreRegistry.Root? TryOpen(string location, VendedCredentials? credentials)
    {
        var normal = ObjectStoreRegistry.Normalize(location).TrimEnd('/');
        if (!normal.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var slash = normal.IndexOf('/', Scheme.Length);
        var bucket = slash < 0 ? normal[Scheme.Length..] : normal[Scheme.Length..slash];
        try
        {
            if (credentials is null)
            {
                return new ObjectStoreRegistry.Root($"{Scheme}{bucket}", _own.GetOrAdd(bucket, name => Create(template with { Bucket = name })));
            }

            var known = credentials.Current;
            var options = template with
            {
                Bucket = bucket,
                Credentials = new VendedAwsCredentials(credentials),
                Region = known.Region ?? template.Region,
                Endpoint = Uri.TryCreate(known.Endpoint, UriKind.Absolute, out var endpoint) ? endpoint : template.Endpoint,
            };
            return new ObjectStoreRegistry.Root(normal, Create(options), slash < 0 ? "" : normal[(slash + 1)..]);
        }
        catch (ArgumentException exception)
        {
            // The catalog names a bucket that cannot be, or one of AWS while no region is known.
            throw new ObjectStoreException(ObjectStoreErrorKind.InvalidLocation, $"The REST catalog's location '{location}' cannot be opened: {exception.Message}", location, exception);
        }
    }

    private S3ObjectStore Create(S3Options options) => new(options, time, logger);
}
