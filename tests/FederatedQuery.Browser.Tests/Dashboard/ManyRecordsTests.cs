using System.Globalization;
using FederatedQuery.Testing;
using Microsoft.Playwright;
using Npgsql;

namespace FederatedQuery.Browser.Tests.Dashboard;

/// <summary>The page of logs over a million records that match.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ManyRecordsTests(Chromium chromium, PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const int PageSize = 100;
    private const int RowHeight = 30;

    /// <summary>How far down.</summary>
    private const int Pages = 20;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task Scrolling_OverAMillionRecords_AsksOncePerPageAndDrawsWhatIsInSight()
    {
        var database = await postgres.CreateDatabaseAsync("million");
        await using var gateway = new GatewayProcess(_folder.FullPath, GatewaySettings.Over(database));
        await gateway.StartAsync();
        await LoadAsync(gateway, database);

        await using var page = await DashboardPage.OpenAsync(chromium, gateway, "/health/live");
        page.Watched.Expected.Add("favicon.ico");
        var requests = 0;
        page.Page.Request += (_, request) => requests += request.PostData?.Contains("\"operationName\":\"LogPage\"", StringComparison.Ordinal) == true ? 1 : 0;
        await page.Watched.GotoAsync("/?range=7d");
        await page.SeeAsync("1,000,000");
        var region = page.Page.GetByRole(AriaRole.Region, new() { Name = "Records", Exact = true });
        await page.Records.First.WaitForAsync();
        // To the end of what has been read, again and again.
        for (var lines = await LinesAsync(region); lines < Pages * PageSize; lines = await LinesAsync(region))
        {
            await region.EvaluateAsync("region => region.scrollTo(0, region.scrollHeight)");
            await page.Page.WaitForFunctionAsync(
                "count => Number.parseFloat(document.querySelector('[role=region][aria-label=Records] > div').style.height) > count", lines * RowHeight);
            Assert.InRange(await page.Records.CountAsync(), 5, 80);
        }

        // The last page's records are drawn where they belong, and what is out of sight is not there at all. (The next page may have come meanwhile.)
        await region.EvaluateAsync("region => region.scrollTo(0, region.scrollHeight)");
        await page.Page.WaitForFunctionAsync(
            "last => { const number = [...document.querySelectorAll('button:has(time)')].at(-1)?.textContent.match(/record (\\d+) of/)?.[1]; return number !== undefined && Number(number) <= last; }",
            1_000_000 - (Pages * PageSize));
        Assert.InRange(await page.Page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 100, 3_000);
        // It may have begun with the next page meanwhile.
        var read = await LinesAsync(region) / PageSize;
        Assert.InRange(requests, read, read + 1);
        await page.Watched.ScreenshotAsync("dashboard-million");
    }

    /// <summary>A record in every 86 milliseconds of yesterday, by PostgreSQL itself.</summary>
    private static async Task LoadAsync(GatewayProcess gateway, NpgsqlConnectionStringBuilder database)
    {
        // The first has the gateway make the day's partition.
        var yesterday = DateTimeOffset.UtcNow.Date.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await gateway.DataAsync(
            "mutation($input: [LogInput!]!) { ingestLogs(input: $input) { accepted } }", new { input = new[] { new { message = "record 0 of a million", level = "INFO", timestamp = yesterday + "T00:00:00Z" } } });
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var count = new NpgsqlCommand("SELECT count(*) FROM logs", connection);
        while ((long)(await count.ExecuteScalarAsync())! == 0)
        {
            await Task.Delay(50);
        }

        await using var load = new NpgsqlCommand(
            $"""
            INSERT INTO logs (id, timestamp, level, message, resource_id)
            SELECT gen_random_uuid(), timestamptz '{yesterday} 00:00:00Z' + i * interval '86 milliseconds', (ARRAY['INFO', 'WARN', 'ERROR', 'DEBUG'])[1 + i % 4], 'record ' || i || ' of a million', 'host-' || i % 50
            FROM generate_series(1, 999999) AS numbers(i);
            ANALYZE logs
            """,
            connection)
        { CommandTimeout = 300 };
        await load.ExecuteNonQueryAsync();
    }

    /// <summary>Records that have been read so far.</summary>
    private static async Task<int> LinesAsync(ILocator region) =>
        (int)Math.Round(await region.EvaluateAsync<double>("region => Number.parseFloat(region.firstElementChild.style.height)") / RowHeight);
}
