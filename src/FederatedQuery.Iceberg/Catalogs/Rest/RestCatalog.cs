using System.Collections.Immutable;
using FederatedQuery.Iceberg.Caching;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Locations;
using FederatedQuery.ObjectStore;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>
/// A catalog behind the REST API (rest-catalog-open-api.yaml): Polaris, Lakekeeper, Nessie, Unity, AWS Glue, S3 Tables, or another gateway of this kind. The
/// server writes the metadata files; a commit sends it what changed and what that requires of the table. The server is first asked for its configuration
/// when it is first needed.
/// </summary>
/// <remarks>
/// Errors of all members: AccessDenied, when the server does not accept the credentials or does not allow what is asked; Unavailable, when it does not
/// answer in time or is overloaded, after retries where they can do no harm; Unsupported, when it does not offer what is asked; CommitStateUnknown, when
/// a change was sent and no answer came.
/// </remarks>
public sealed partial class RestCatalog : ICatalog, IDisposable
{
    private const string Tables = "namespaces/{namespace}/tables";
    private const string Table = "namespaces/{namespace}/tables/{table}";

    /// <summary>Where the server would give out credentials for a table's files, they are welcome.</summary>
    private static readonly (string Name, string Value) Delegation = ("X-Iceberg-Access-Delegation", "vended-credentials");

    /// <summary>For looking whether a change was made, after the caller has given up.</summary>
    private static readonly TimeSpan ReadBackTimeout = TimeSpan.FromSeconds(10);

    private readonly RestCatalogOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpClient _client;
    private readonly RestTableStores _stores;
    private readonly RestTableCache _tables;
    private readonly SizeBoundedCache<RestSession> _session;

    /// <param name="stores">Where tables may lie whatever the catalog says.</param>
    public RestCatalog(RestCatalogOptions options, ObjectStoreRegistry stores, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _timeProvider = timeProvider;
        _client = RestHttp.CreateClient(options);
        _stores = new RestTableStores(stores, options.Storage, timeProvider);
        _tables = new RestTableCache(options.TableCacheBytes);
        _session = new SizeBoundedCache<RestSession>(1, static _ => 1, (options.RequestTimeout + options.MaxRetryAfter) * (options.MaxRetries + 1));
    }

    /// <summary>Asks the server for its configuration, unless it is known.</summary>
    /// <exception cref="IcebergException">As of all members; NotFound: there is no such warehouse.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken) => SessionAsync(cancellationToken);

    /// <summary>Creates an empty table. The server chooses the location where none is given, and may give the fields other ids.</summary>
    /// <exception cref="IcebergException">AlreadyExists; NotFound when the namespace is missing.</exception>
    public async Task<CatalogTable> CreateTableAsync(TableIdentifier identifier, NewTable table, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        var message = new CreateTableRequest
        {
            Name = identifier.Name,
            Location = table.Location,
            Schema = table.Schema,
            PartitionSpec = table.PartitionSpec,
            WriteOrder = table.SortOrder,
            Properties = table.Properties.SetItem("format-version", "2"),
        };
        var path = session.Request(HttpMethod.Post, Tables, TablesPath(identifier.Namespace));
        var request = path with
        {
            Headers = [.. path.Headers, Delegation],
            Body = RestMessage.ToJson(message),
            MaxAnswerBytes = RestCall.MaxTableBytes,
        };
        return Listed(session, identifier, await ChangeAsync<LoadTableResult>(session, request, $"table '{identifier}' was created", cancellationToken));
    }

    public Task<CatalogTable> RegisterTableAsync(TableIdentifier identifier, string metadataLocation, CancellationToken cancellationToken) =>
        RegisterTableAsync(identifier, metadataLocation, overwrite: false, cancellationToken);

    /// <param name="overwrite">
    /// A table of that name gets the metadata. Servers that do not know of this answer that there is a table (AlreadyExists).
    /// </param>
    /// <inheritdoc cref="ICatalog.RegisterTableAsync"/>
    public async Task<CatalogTable> RegisterTableAsync(TableIdentifier identifier, string metadataLocation, bool overwrite, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        var path = session.Request(HttpMethod.Post, "namespaces/{namespace}/register", $"namespaces/{RestNames.ToPath(identifier.Namespace)}/register");
        var request = path with
        {
            Headers = [.. path.Headers, Delegation],
            Body = RestMessage.ToJson(new RegisterTableRequest(identifier.Name, metadataLocation, overwrite)),
            MaxAnswerBytes = RestCall.MaxTableBytes,
        };
        return Listed(session, identifier, await ChangeAsync<LoadTableResult>(session, request, $"table '{identifier}' was registered", cancellationToken));
    }

    public async Task<IReadOnlyList<TableIdentifier>> ListTablesAsync(string @namespace, CancellationToken cancellationToken)
    {
        TableIdentifier.CheckNamespace(@namespace);
        var session = await SessionAsync(cancellationToken);
        var tables = await ListAsync(
            session.Request(HttpMethod.Get, Tables, TablesPath(@namespace)),
            (ListTablesResponse page) => (page.Identifiers, page.NextPageToken),
            session,
            cancellationToken);
        return [.. tables.Distinct().OrderBy(table => table.Name, StringComparer.Ordinal)];
    }

    /// <summary>The newest state of a table, all its snapshots with it. When the server knows by its ETag that it has not changed, it does not come again.</summary>
    /// <exception cref="IcebergException">NotFound.</exception>
    public async Task<CatalogTable> LoadTableAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        return Listed(session, identifier, await LoadAsync(session, identifier, mayBeKnown: true, cancellationToken));
    }

    public async Task<bool> DropTableAsync(TableIdentifier identifier, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        var request = session.Request(HttpMethod.Delete, Table, TablePath(identifier));
        return await DropAsync(session, request with { Address = new Uri($"{request.Address}?purgeRequested=false") }, cancellationToken);
    }

    public async Task RenameTableAsync(TableIdentifier from, TableIdentifier to, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken);
        var request = session.Request(HttpMethod.Post, "tables/rename", "tables/rename") with { Body = RestMessage.ToJson(new RenameTableRequest(from, to)) };
        await ChangeAsync(session, request, $"table '{from}' was renamed to '{to}'", cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private static string TablesPath(string @namespace) => $"namespaces/{RestNames.ToPath(@namespace)}/tables";

    private static string TablePath(TableIdentifier identifier) => $"{TablesPath(identifier.Namespace)}/{Uri.EscapeDataString(identifier.Name)}";

    private Task<RestSession> SessionAsync(CancellationToken cancellationToken) =>
        _session.GetAsync("", token => RestSession.OpenAsync(_options, _client, _timeProvider, token), cancellationToken);

    private async Task<LoadTableResult> LoadAsync(RestSession session, TableIdentifier identifier, bool mayBeKnown, CancellationToken cancellationToken)
    {
        var known = mayBeKnown ? _tables.Find(identifier) : null;
        var path = session.Request(HttpMethod.Get, Table, TablePath(identifier));
        var request = path with
        {
            Address = new Uri($"{path.Address}?snapshots=all"),
            Headers = known is null ? [.. path.Headers, Delegation] : [.. path.Headers, Delegation, ("If-None-Match", known.ETag)],
            MaxAnswerBytes = RestCall.MaxTableBytes,
        };
        var (answer, table) = await RestSession.GetAsync<LoadTableResult>(session.Http, request, cancellationToken);
        if (table is null)
        {
            return known?.Table ?? throw RestErrors.ToException(request, answer);
        }

        if (table.Config.GetValueOrDefault("scan-planning-mode") == "server")
        {
            throw IcebergException.Unsupported($"The REST catalog wants to plan scans of table '{identifier}' itself ('scan-planning-mode' is 'server'); scans are planned here.");
        }

        if (answer.ETag is { } etag)
        {
            _tables.Keep(identifier, etag, table, answer.Body.Length);
        }

        return table;
    }

    private CatalogTable Listed(RestSession session, TableIdentifier identifier, LoadTableResult table)
    {
        var location = LocationOf(identifier, table);
        var stores = _stores.Of(identifier, table, token => CredentialsAsync(session, identifier, token));
        return new CatalogTable(identifier, location, table.Metadata)
        {
            CatalogWritesMetadata = true,
            Stores = stores,
            Locations = TableLocations.Of(stores, table.Metadata, LocationMap.Empty, location),
        };
    }

    private static string LocationOf(TableIdentifier identifier, LoadTableResult table) => table.MetadataLocation
        ?? throw IcebergException.InvalidMetadata($"The REST catalog's answer for table '{identifier}' has no 'metadata-location', which a committed table has.");

    /// <summary>By the request made for that, or with the table, where the server does not offer it.</summary>
    private async Task<ImmutableArray<StorageCredential>> CredentialsAsync(RestSession session, TableIdentifier identifier, CancellationToken cancellationToken)
    {
        const string Credentials = $"{Table}/credentials";
        if (!session.Offers(HttpMethod.Get, Credentials))
        {
            return RestTableStores.CredentialsOf(await LoadAsync(session, identifier, mayBeKnown: false, cancellationToken));
        }

        var request = session.Request(HttpMethod.Get, Credentials, $"{TablePath(identifier)}/credentials");
        var (answer, response) = await RestSession.GetAsync<LoadCredentialsResponse>(session.Http, request, cancellationToken);
        return response?.StorageCredentials ?? throw RestErrors.ToException(request, answer);
    }
}
