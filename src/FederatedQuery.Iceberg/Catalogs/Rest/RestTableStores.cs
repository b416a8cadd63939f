using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>
/// Where the files of a catalog's tables are read and written: in the registered stores; below prefixes that the catalog gives credentials for, with these;
/// elsewhere with those of the process. What has been opened is kept, up to a number of tables. Safe for concurrent use.
/// </summary>
internal sealed class RestTableStores(ObjectStoreRegistry registered, ITableStorage? storage, TimeProvider timeProvider)
{
    private const int MaxTables = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Opened> _tables = new(StringComparer.Ordinal);

    /// <param name="table">As just loaded.</param>
    /// <param name="renew">Asks the catalog for the credentials of the table again.</param>
    public ObjectStoreRegistry Of(
        TableIdentifier identifier, LoadTableResult table, Func<CancellationToken, Task<ImmutableArray<StorageCredential>>> renew)
    {
        if (storage is null)
        {
            return registered;
        }

        var credentials = CredentialsOf(table);
        if (credentials.IsEmpty && registered.Covers(table.Metadata.Location))
        {
            return registered;
        }

        var key = KeyOf(identifier, table.Metadata);
        lock (_lock)
        {
            if (_tables.TryGetValue(key, out var known) && credentials.All(credential => known.Credentials.ContainsKey(credential.Prefix)))
            {
                foreach (var credential in credentials)
                {
                    known.Credentials[credential.Prefix].Offer(new VendedCredential(credential.Config));
                }

                return known.Stores;
            }

            if (_tables.Count >= MaxTables)
            {
                _tables.Clear();
            }

            return (_tables[key] = Open(table.Metadata, credentials, renew)).Stores;
        }
    }

    /// <summary>As it was when the table was loaded last.</summary>
    public ObjectStoreRegistry Known(TableIdentifier identifier, TableMetadata table)
    {
        lock (_lock)
        {
            return _tables.TryGetValue(KeyOf(identifier, table), out var known) ? known.Stores : registered;
        }
    }

    /// <summary>Those of the table for S3; where the list has none, the table's configuration may hold one for all of the table.</summary>
    public static ImmutableArray<StorageCredential> CredentialsOf(LoadTableResult table)
    {
        var listed = table.StorageCredentials.Where(credential => VendedCredential.IsIn(credential.Config)).DistinctBy(credential => credential.Prefix).ToImmutableArray();
        return listed switch
        {
            // What is the same for all, such as the region, stands in the table's configuration.
            { IsEmpty: false } => [.. listed.Select(credential => credential with { Config = table.Config.SetItems(credential.Config) })],
            _ when VendedCredential.IsIn(table.Config) => [new StorageCredential(table.Metadata.Location, table.Config)],
            _ => [],
        };
    }

    /// <summary>By UUID: another table may get the name, and its files are others.</summary>
    private static string KeyOf(TableIdentifier identifier, TableMetadata table) => $"{identifier}|{table.TableUuid}|{table.Location}";

    private Opened Open(
        TableMetadata table, ImmutableArray<StorageCredential> credentials, Func<CancellationToken, Task<ImmutableArray<StorageCredential>>> renew)
    {
        var vended = credentials.ToDictionary(
            credential => credential.Prefix,
            credential => new VendedCredentials(
                credential.Prefix, new VendedCredential(credential.Config), async token => await RenewAsync(credential, renew, token), timeProvider),
            StringComparer.Ordinal);
        var roots = vended.Values.Select(credential => storage!.TryOpen(LocationOf(credential.Prefix, table), credential)).OfType<ObjectStoreRegistry.Root>().ToList();
        var stores = roots.Count == 0 ? registered : registered.With(roots);
        if (!stores.Covers(table.Location) && storage!.TryOpen(table.Location, credentials: null) is { } own)
        {
            stores = stores.With(own);
        }

        return new Opened(stores, vended);
    }

    /// <summary>A prefix that names no bucket, such as <c>s3</c> or <c>s3://</c>, means wherever the table is.</summary>
    private static string LocationOf(string prefix, TableMetadata table)
    {
        var rest = prefix[(prefix.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim('/');
        return rest.Length == 0 || !prefix.Contains(':', StringComparison.Ordinal) ? table.Location : prefix;
    }

    private static async Task<VendedCredential> RenewAsync(
        StorageCredential old, Func<CancellationToken, Task<ImmutableArray<StorageCredential>>> renew, CancellationToken cancellationToken)
    {
        var renewed = await renew(cancellationToken);
        var found = renewed.FirstOrDefault(credential => credential.Prefix == old.Prefix && VendedCredential.IsIn(credential.Config)) ?? throw new IcebergException(
            IcebergErrorKind.AccessDenied, $"The REST catalog no longer gives credentials for '{old.Prefix}'; it does for {Say(renewed)}.");
        return new VendedCredential(old.Config.SetItems(found.Config));
    }

    private static string Say(ImmutableArray<StorageCredential> credentials) =>
        credentials.IsEmpty ? "nothing" : string.Join(", ", credentials.Select(credential => $"'{credential.Prefix}'"));

    private sealed record Opened(ObjectStoreRegistry Stores, Dictionary<string, VendedCredentials> Credentials);
}
