using FederatedQuery.Federation.Budgets;
using FederatedQuery.Federation.Registry;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Rest;

namespace FederatedQuery.Gateway.Typed.Refresh;

/// <summary><c>POST /graphql/schema/refresh</c>: looks all tables up at once. Answers <c>{"changed","tables"}</c>.</summary>
internal static class SchemaRefreshEndpoint
{
    public static void MapSchemaRefresh(this WebApplication app) =>
        app.MapPost("/graphql/schema/refresh", async (SchemaRefresher refresher, TableRegistry registry, CancellationToken cancellationToken) =>
        {
            registry.Forget();
            var (changed, tables) = await refresher.RefreshAsync(all: true, cancellationToken);
            return Results.Json(new { changed, tables });
        }).WithProblems().ForRole(Roles.Admin);
}
