using System.Collections.Concurrent;
using System.Collections.Immutable;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;
using FederatedQuery.ObjectStore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.Testing;

/// <summary>A REST catalog that keeps its tables in memory and their metadata files in a folder, for what the gateway's own does not do: other prefixes,
/// other ways to log in, credentials for tables, answers as told.</summary>
public sealed class TestRestServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SortedDictionary<string, ImmutableDictionary<string, string>> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<TableIdentifier, CatalogTable> _tables = [];

    private readonly string _warehouse;

    private TestRestServer(WebApplication application, ObjectStoreRegistry? stores, string? warehouse)
    {
        _application = application;
        Stores = stores ?? ObjectStoreRegistry.ForFolder(_folder.FullPath, TimeProvider.System);
        _warehouse = warehouse ?? _folder.FullPath;
    }

    /// <summary>Where the tables are.</summary>
    public ObjectStoreRegistry Stores { get; }

    public Uri Address => new(_application.Urls.First());

    public CatalogConfig Config { get; set; } = new();

    /// <summary>Of the requests other than for the configuration and tokens.</summary>
    public string Prefix { get; set; } = "";

    public int PageSize { get; set; } = 1_000;

    /// <summary>With every table loaded.</summary>
    public Func<CatalogTable, LoadTableResult> Describe { get; set; } = table => new LoadTableResult { MetadataLocation = table.MetadataLocation, Metadata = table.Metadata };

    /// <summary>Comes before everything; true when it has answered.</summary>
    public Func<HttpContext, Task<bool>> Before { get; set; } = _ => Task.FromResult(false);

    /// <summary>Method, path as it was sent, and status of every answer.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <param name="stores">Where tables are kept; null: in a folder of its own.</param>
    /// <param name="warehouse">Where new ones go.</param>
    public static async Task<TestRestServer> StartAsync(ObjectStoreRegistry? stores = null, string? warehouse = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var server = new TestRestServer(application, stores, warehouse);
        application.Run(server.HandleAsync);
        await application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
        _turn.Dispose();
        _folder.Dispose();
    }

    public static async Task AnswerAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json);
    }

    private async Task HandleAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        try
        {
            if (!await Before(context))
            {
                await RouteAsync(context, target.Split('?')[0]);
            }
        }
        catch (RestCatalogException exception)
        {
            await FailAsync(context, exception.Error);
        }
        catch (IcebergException exception)
        {
            var (status, type) = exception.Kind switch
            {
                IcebergErrorKind.CommitConflict => (409, RestErrorType.CommitFailed),
                IcebergErrorKind.NotFound => (404, RestErrorType.NotFound),
                _ => (400, RestErrorType.BadRequest),
            };
            await FailAsync(context, new RestError(exception.Message, type, status));
        }

        Log.Enqueue($"{context.Request.Method} {target} {context.Response.StatusCode}");
    }

    private static Task FailAsync(HttpContext context, RestError error) =>
        AnswerAsync(context, error.Code, System.Text.Encoding.UTF8.GetString(RestMessage.ToJson(error).Span));

    private async Task RouteAsync(HttpContext context, string path)
    {
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            if (path == "/v1/config")
            {
                await SendAsync(context, Config);
                return;
            }

            var root = $"/v1/{(Prefix.Length == 0 ? "" : Prefix + "/")}";
            if (!path.StartsWith(root, StringComparison.Ordinal))
            {
                throw new RestCatalogException(404, RestErrorType.NotFound, $"There is nothing at {path}.");
            }

            var parts = path[root.Length..].Split('/').Select(Uri.UnescapeDataString).ToArray();
            await ((context.Request.Method, parts) switch
            {
                ("GET", ["namespaces"]) => ListNamespacesAsync(context),
                ("POST", ["namespaces"]) => CreateNamespaceAsync(context),
                ("GET", ["namespaces", var name]) => SendAsync(context, new NamespaceWithProperties(RestNames.ParseNamespace(name), Find(name))),
                ("DELETE", ["namespaces", var name]) => DropNamespaceAsync(context, name),
                ("GET", ["namespaces", var name, "tables"]) => ListTablesAsync(context, name),
                ("POST", ["namespaces", var name, "tables"]) => CreateTableAsync(context, name),
                ("POST", ["namespaces", var name, "register"]) => RegisterAsync(context, name),
                ("GET", ["namespaces", var name, "tables", var table]) => LoadAsync(context, Table(name, table)),
                ("POST", ["namespaces", var name, "tables", var table]) => CommitAsync(context, Table(name, table)),
                ("DELETE", ["namespaces", var name, "tables", var table]) => DropAsync(context, Table(name, table)),
                ("GET", ["namespaces", var name, "tables", var table, "credentials"]) =>
                    SendAsync(context, new LoadCredentialsResponse(Describe(Table(name, table)).StorageCredentials)),
                ("POST", ["tables", "rename"]) => RenameAsync(context),
                _ => throw new RestCatalogException(404, RestErrorType.NotFound, $"There is nothing at {context.Request.Method} {path}."),
            });
        }
        finally
        {
            _turn.Release();
        }
    }

    private ImmutableDictionary<string, string> Find(string namespaceInPath) =>
        _namespaces.GetValueOrDefault(RestNames.ParseNamespace(namespaceInPath)) ?? throw NoNamespace(namespaceInPath);

    private CatalogTable Table(string namespaceInPath, string name)
    {
        var identifier = new TableIdentifier(RestNames.ParseNamespace(namespaceInPath), name);
        return _tables.GetValueOrDefault(identifier) ?? throw new RestCatalogException(404, RestErrorType.NoSuchTable, $"Table does not exist: {identifier}");
    }

    private Task ListNamespacesAsync(HttpContext context)
    {
        var parent = context.Request.Query["parent"].ToString() is { Length: > 0 } text ? RestNames.ParseNamespace(text) + "." : "";
        var below = _namespaces.Keys
            .Where(name => name.StartsWith(parent, StringComparison.Ordinal))
            .Select(name => parent + name[parent.Length..].Split('.')[0])
            .Distinct()
            .ToList();
        var (page, next) = Page(context, below);
        return SendAsync(context, new ListNamespacesResponse(page, next));
    }

    private async Task CreateNamespaceAsync(HttpContext context)
    {
        var created = await ReadAsync<NamespaceWithProperties>(context);
        if (!_namespaces.TryAdd(created.Namespace, created.Properties))
        {
            throw new RestCatalogException(409, RestErrorType.AlreadyExists, $"Namespace already exists: {created.Namespace}");
        }

        await SendAsync(context, created);
    }

    private Task DropNamespaceAsync(HttpContext context, string name)
    {
        Find(name);
        var dropped = RestNames.ParseNamespace(name);
        if (_tables.Keys.Any(table => table.Namespace == dropped))
        {
            throw new RestCatalogException(409, RestErrorType.NamespaceNotEmpty, $"Namespace is not empty: {dropped}");
        }

        _namespaces.Remove(dropped);
        return NoContent(context);
    }

    private Task ListTablesAsync(HttpContext context, string name)
    {
        Find(name);
        var (page, next) = Page(context, [.. _tables.Keys.Where(table => table.Namespace == RestNames.ParseNamespace(name))]);
        return SendAsync(context, new ListTablesResponse(page, next));
    }

    private async Task CreateTableAsync(HttpContext context, string name)
    {
        Find(name);
        var request = await ReadAsync<CreateTableRequest>(context);
        var identifier = new TableIdentifier(RestNames.ParseNamespace(name), request.Name);
        var metadata = TableMetadataChanges.Create(
            Guid.NewGuid(), request.Location ?? $"{_warehouse}/{Guid.NewGuid():N}", request.Schema, request.PartitionSpec, request.WriteOrder,
            request.Properties.Remove("format-version"), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        await LoadAsync(context, await AddAsync(identifier, metadata));
    }

    private async Task RegisterAsync(HttpContext context, string name)
    {
        Find(name);
        var request = await ReadAsync<RegisterTableRequest>(context);
        var identifier = new TableIdentifier(RestNames.ParseNamespace(name), request.Name);
        var table = new CatalogTable(identifier, request.MetadataLocation, await TableMetadataFile.ReadAsync(Stores, request.MetadataLocation, default));
        await LoadAsync(context, _tables.TryAdd(identifier, table) ? table : throw TableExists(identifier));
    }

    private async Task RenameAsync(HttpContext context)
    {
        var request = await ReadAsync<RenameTableRequest>(context);
        var table = Table(RestNames.ParseNamespace(request.Source.Namespace.Replace('.', RestNames.Separator)), request.Source.Name);
        Find(request.Destination.Namespace.Replace('.', RestNames.Separator));
        if (!_tables.TryAdd(request.Destination, table with { Identifier = request.Destination }))
        {
            throw TableExists(request.Destination);
        }

        _tables.Remove(request.Source);
        await NoContent(context);
    }

    private Task DropAsync(HttpContext context, CatalogTable table)
    {
        _tables.Remove(table.Identifier);
        return NoContent(context);
    }

    private Task LoadAsync(HttpContext context, CatalogTable table)
    {
        var etag = $"\"{table.MetadataLocation[(table.MetadataLocation.LastIndexOf('/') + 1)..]}\"";
        if (context.Request.Headers.IfNoneMatch == etag)
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        context.Response.Headers.ETag = etag;
        return SendAsync(context, Describe(table));
    }

    private async Task CommitAsync(HttpContext context, CatalogTable table)
    {
        var request = await ReadAsync<CommitTableRequest>(context);
        if (request.Requirements.Select(requirement => requirement.Mismatch(table.Metadata)).FirstOrDefault(mismatch => mismatch is not null) is { } failed)
        {
            throw new RestCatalogException(409, RestErrorType.CommitFailed, $"Requirement failed: {failed}");
        }

        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var next = TableUpdates.Apply(table.Metadata, request.Updates, now).PrepareCommit(table.Metadata, table.MetadataLocation, now);
        _tables.Remove(table.Identifier);
        var committed = await AddAsync(table.Identifier, next, table.MetadataLocation);
        await SendAsync(context, new LoadTableResult { MetadataLocation = committed.MetadataLocation, Metadata = committed.Metadata });
    }

    private async Task<CatalogTable> AddAsync(TableIdentifier identifier, TableMetadata metadata, string? previous = null)
    {
        var location = TableMetadataFile.NextLocation(metadata, previous);
        var table = new CatalogTable(identifier, location, metadata);
        if (!_tables.TryAdd(identifier, table))
        {
            throw TableExists(identifier);
        }

        await TableMetadataFile.WriteAsync(Stores, location, metadata, default);
        return table;
    }

    private (ImmutableArray<T> Page, string? Next) Page<T>(HttpContext context, List<T> all)
    {
        var start = int.TryParse(context.Request.Query["pageToken"], System.Globalization.CultureInfo.InvariantCulture, out var token) ? token : 0;
        return ([.. all.Skip(start).Take(PageSize)], start + PageSize < all.Count ? (start + PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    private static Task NoContent(HttpContext context)
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private static async Task<T> ReadAsync<T>(HttpContext context)
        where T : IRestMessage<T>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return RestMessage.Read<T>(body.ToArray());
    }

    private static async Task SendAsync<T>(HttpContext context, T message)
        where T : IRestMessage<T>
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(RestMessage.ToJson(message));
    }

    private static RestCatalogException NoNamespace(string name) => new(404, RestErrorType.NoSuchNamespace, $"Namespace does not exist: {RestNames.ParseNamespace(name)}");

    private static RestCatalogException TableExists(TableIdentifier identifier) => new(409, RestErrorType.AlreadyExists, $"Table already exists: {identifier}");
}
