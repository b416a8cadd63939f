using System.Collections.Immutable;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Serving;

namespace FederatedQuery.Gateway.IcebergRest;

/// <summary>The operations of the REST catalog API (rest-catalog-open-api.yaml), in its order.</summary>
internal static class RestRoutes
{
    private const string Namespaces = "/v1/{prefix}/namespaces";
    private const string Namespace = Namespaces + "/{namespace}";
    private const string Tables = Namespace + "/tables";
    private const string Table = Tables + "/{table}";
    private const string Functions = Namespace + "/functions";
    private const string Views = Namespace + "/views";
    private const string View = Views + "/{view}";

    public static ImmutableArray<RestRoute> All { get; } =
    [
        new("getConfig", "GET", "/v1/config", RestErrorType.NoSuchWarehouse, GetConfig),

        new("listNamespaces", "GET", Namespaces, RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Ok(await server.Namespaces.ListAsync(request.Query("parent") is { } parent ? RestNames.ParseNamespace(parent) : null, request.Page, token))),
        new("createNamespace", "POST", Namespaces, RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Ok(await server.Namespaces.CreateAsync(await request.ReadAsync<NamespaceWithProperties>(token), token))),
        new("loadNamespaceMetadata", "GET", Namespace, RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Ok(await server.Namespaces.LoadAsync(request.Namespace, token))),
        new("namespaceExists", "HEAD", Namespace, RestErrorType.NoSuchNamespace, async (server, request, token) =>
        {
            await server.Namespaces.RequireAsync(request.Namespace, token);
            return RestAnswer.NoContent;
        }),
        new("dropNamespace", "DELETE", Namespace, RestErrorType.NoSuchNamespace, async (server, request, token) =>
        {
            await server.Namespaces.DropAsync(request.Namespace, token);
            return RestAnswer.NoContent;
        }),
        new("updateProperties", "POST", Namespace + "/properties", RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Ok(await server.Namespaces.UpdateAsync(request.Namespace, await request.ReadAsync<UpdateNamespacePropertiesRequest>(token), token))),

        new("listTables", "GET", Tables, RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Ok(await server.Tables.ListAsync(request.Namespace, request.Page, token))),
        new("createTable", "POST", Tables, RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Of(await server.Tables.CreateAsync(request.Namespace, await request.ReadAsync<CreateTableRequest>(token), token))),
        NotServed("listFunctions", "GET", Functions),
        NotServed("loadFunction", "GET", Functions + "/{function}"),
        NotServed("planTableScan", "POST", Table + "/plan"),
        NotServed("fetchPlanningResult", "GET", Table + "/plan/{plan-id}"),
        NotServed("cancelPlanning", "DELETE", Table + "/plan/{plan-id}"),
        NotServed("fetchScanTasks", "POST", Table + "/tasks"),
        new("registerTable", "POST", Namespace + "/register", RestErrorType.NoSuchNamespace, async (server, request, token) =>
            RestAnswer.Of(await server.Tables.RegisterAsync(request.Namespace, await request.ReadAsync<RegisterTableRequest>(token), token))),
        new("loadTable", "GET", Table, RestErrorType.NoSuchTable, async (server, request, token) =>
            RestAnswer.Of(await server.Tables.LoadAsync(request.Table, RefsOnly(request), request.Headers.IfNoneMatch.ToString() is { Length: > 0 } tags ? tags : null, token))),
        new("updateTable", "POST", Table, RestErrorType.NoSuchTable, async (server, request, token) =>
            RestAnswer.Of(await server.Commits.CommitAsync(request.Table, await request.ReadAsync<CommitTableRequest>(token), token))),
        new("dropTable", "DELETE", Table, RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            await server.Tables.DropAsync(request.Table, request.QueryBoolean("purgeRequested"), token);
            return RestAnswer.NoContent;
        }),
        new("tableExists", "HEAD", Table, RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            await server.Tables.RequireAsync(request.Table, token);
            return RestAnswer.NoContent;
        }),
        new("unregisterTable", "POST", Table + "/unregister", RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            request.RequireOwnOrigin();
            return RestAnswer.Of(await server.Tables.UnregisterAsync(request.Table, token));
        }),
        new("loadCredentials", "GET", Table + "/credentials", RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            // Clients reach the store by credentials of their own: there is nobody here yet who could be told from anybody else.
            await server.Tables.RequireAsync(request.Table, token);
            return RestAnswer.Ok(new LoadCredentialsResponse([]));
        }),
        NotServed("signRequest", "POST", Table + "/sign"),
        new("renameTable", "POST", "/v1/{prefix}/tables/rename", RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            await server.Tables.RenameAsync(await request.ReadAsync<RenameTableRequest>(token), token);
            return RestAnswer.NoContent;
        }),
        new("reportMetrics", "POST", Table + "/metrics", RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            var table = request.Table;
            var report = await request.ReadAsync<ReportMetricsRequest>(token);
            await server.Tables.RequireAsync(table, token);
            request.Metrics.Reported(report.ReportType);
            return RestAnswer.NoContent;
        }),
        new("commitTransaction", "POST", "/v1/{prefix}/transactions/commit", RestErrorType.NoSuchTable, async (server, request, token) =>
        {
            await server.Commits.CommitAsync(await request.ReadAsync<CommitTransactionRequest>(token), token);
            return RestAnswer.NoContent;
        }),
        NotServed("listViews", "GET", Views),
        NotServed("createView", "POST", Views),
        NotServed("loadView", "GET", View),
        NotServed("replaceView", "POST", View),
        NotServed("dropView", "DELETE", View),
        NotServed("viewExists", "HEAD", View),
        NotServed("renameView", "POST", "/v1/{prefix}/views/rename"),
        NotServed("registerView", "POST", Namespace + "/register-view"),
    ];

    /// <summary>What the configuration says is served.</summary>
    private static readonly Lazy<ImmutableArray<string>> Endpoints = new(() => [.. All.Where(route => route is { Run: not null, Id: not "getConfig" }).Select(route => route.Endpoint)]);

    private static RestRoute NotServed(string id, string method, string template) => new(id, method, template, RestErrorType.NotFound, Run: null);

    private static Task<RequestOutcome> GetConfig(CatalogServer server, RestRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(RestAnswer.Ok(server.Configure(request.Query("warehouse"), Endpoints.Value)));

    private static bool RefsOnly(RestRequest request) => request.Query("snapshots") switch
    {
        null or "all" => false,
        "refs" => true,
        var other => throw new RestCatalogException(400, RestErrorType.BadRequest, $"The query parameter 'snapshots' is '{other}'; all or refs is expected."),
    };
}
