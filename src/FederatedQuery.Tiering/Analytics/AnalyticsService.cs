using FederatedQuery.Cold.Analytics;
using FederatedQuery.Iceberg.Catalogs;

namespace FederatedQuery.Tiering.Analytics;

/// <summary>What came of registering the cold tables.</summary>
/// <param name="Success">All are registered.</param>
/// <param name="Message">For people: how many, where, and what stands in the way of the others.</param>
/// <param name="RegisteredTables">By namespace and name; those of <c>default</c> by name alone.</param>
public sealed record AnalyticsSetup(bool Success, string Message, IReadOnlyList<string> RegisteredTables);

/// <summary>The second catalog as a gateway offers it to its users.</summary>
public sealed class AnalyticsService(AnalyticsSync sync, AnalyticsCatalog analytics)
{
    /// <summary>For tables that another process is at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const int ErrorsTold = 3;

    /// <summary>Registers every cold table now, asking the second catalog for each. From then on, as before, commits are followed by themselves.</summary>
    public async Task<AnalyticsSetup> SetUpAsync(CancellationToken cancellationToken)
    {
        if (analytics.Current is not { } catalog)
        {
            return new AnalyticsSetup(
                false,
                "The analytics integration is off. Set ANALYTICS_INTEGRATION_ENABLED=true, and GLUE_CATALOG_ID with AWS_REGION for AWS Glue (Athena, SageMaker), or ANALYTICS_REST_URI for another Iceberg REST catalog.",
                []);
        }

        var tables = await sync.CatchUpAsync(Patience, cancellationToken);
        var failed = tables.Where(table => !table.IsRegistered).ToList();
        var registered = tables.Where(table => table.IsRegistered).Select(table => NameOf(table.Identifier)).ToList();
        var message = $"{Count(registered.Count)} registered in {catalog.Name}, and kept at the newest snapshot after each commit.";
        if (failed.Count > 0)
        {
            var errors = failed.Take(ErrorsTold).Select(table => $"'{NameOf(table.Identifier)}': {table.Error ?? "It is still being registered."}");
            message = $"{Count(registered.Count)} registered in {catalog.Name}; {Count(failed.Count)} not, and tried again by and by. {string.Join(" ", errors)}"
                + (failed.Count > ErrorsTold ? " ..." : "");
        }

        return new AnalyticsSetup(failed.Count == 0, message, registered);
    }

    private static string Count(int tables) => tables == 1 ? "1 table is" : $"{tables} tables are";

    private static string NameOf(TableIdentifier identifier) => identifier.Namespace == Tables.TableNames.DefaultNamespace ? identifier.Name : identifier.ToString();
}
