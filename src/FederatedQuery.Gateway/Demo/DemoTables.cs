using FederatedQuery.Gateway.Settings;
using FederatedQuery.Tiering.Loading;

namespace FederatedQuery.Gateway.Demo;

/// <summary>The demo's tables: one hot only, three tiered, one cold only.</summary>
internal sealed class DemoTables(GatewaySettings settings, FlightsPackage flights, TimeProvider time)
{
    private const string LogFileBesideCheckout = "../shared/data/logs/apache_access.log";

    /// <summary>Those that DEMO_TABLES names, in the order to load them: what others refer to, and what is quick, comes first.</summary>
    public IReadOnlyList<DemoTable> Wanted() => [.. All().Where(table => settings.Demo.Tables.Contains(table.ToString()))];

    private DemoTable[] All()
    {
        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var percent = settings.Demo.Percent;
        return
        [
            new() { Name = "users", SourceAsync = Fixed(DemoSources.UserRows(midnight)), PrimaryKey = ["id"], Tiers = LoadTiers.HotOnly },
            new()
            {
                Name = "sales",
                SourceAsync = Fixed(DemoSources.SaleRows(midnight, percent)),
                PrimaryKey = ["id"],
                TimeColumn = "date",
                ForeignKeys = [new ForeignKey("customer_id", "users", "id")],
            },
            new() { Name = "logs", SourceAsync = Fixed(Logs(midnight)), PrimaryKey = ["id"], TimeColumn = "timestamp", IsMadeAtStart = true },
            new()
            {
                Namespace = "iceberg_db",
                Name = "sales",
                SourceAsync = Fixed(DemoSources.ArchivedSaleRows(midnight, percent)),
                PrimaryKey = ["id"],
                TimeColumn = "date",
                Tiers = LoadTiers.ColdOnly,
            },
            new()
            {
                Name = "flights",
                SourceAsync = async cancellationToken => DemoSources.Flights(await flights.FetchAsync(cancellationToken), midnight, percent),
                TimeColumn = "date",
            },
        ];
    }

    private string Logs(DateTimeOffset midnight)
    {
        var file = settings.Demo.LogFile ?? FileBesideCheckout();
        return file is null ? DemoSources.GeneratedLog(midnight) : DemoSources.AccessLog(file, midnight);
    }

    /// <summary>Some machines keep real log files beside the checkout, which is found upwards from the program.</summary>
    private static string? FileBesideCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FederatedQuery.sln")))
            {
                var file = Path.GetFullPath(Path.Combine(folder.FullName, LogFileBesideCheckout));
                return File.Exists(file) ? file : null;
            }
        }

        return null;
    }

    private static Func<CancellationToken, Task<string>> Fixed(string source) => _ => Task.FromResult(source);
}
