using FederatedQuery.Testing;
using Xunit.Abstractions;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>The gateway dies at any moment of a move and is started again: rows exactly once, no partition stuck.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Each is another moment of another day: a run of many is made by hand, one of few again and again.</summary>
    private static int Kills => TestVariables.Count("MOVE_KILLS", 8);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_DuringMoves_LeavesEachRowOnce()
    {
        var expected = EventsTable.Write(_folder.File("events.parquet"));
        await using var gateway = new GatewayProcess(_folder.FullPath, new Dictionary<string, string>
        {
            ["HOT_RETENTION_DAYS"] = "400",
            ["MAINTENANCE_ENABLED"] = "false",
        });
        var load = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", _folder.File("events.parquet"));
        Assert.True(load.ExitCode == 0, load.Output);
        var seed = (int)TestVariables.Seed("MOVE_KILLS_SEED");
        output.WriteLine($"MOVE_KILLS={Kills} MOVE_KILLS_SEED={seed}");
        var random = new Random(seed);

        for (var kill = 0; kill < Kills; kill++)
        {
            await gateway.StartAsync();
            Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));
            // One more day each time, so that there is always something to move.
            var archive = EventsTable.ArchiveAsync(gateway, keepDays: EventsTable.Days - 1 - kill);
            await Task.Delay(random.Next(0, 250));
            await gateway.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await archive;
                throw new InvalidOperationException("The archive was over before the kill.");
            });
        }

        await gateway.StartAsync();
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));
        var last = await EventsTable.ArchiveAsync(gateway, keepDays: 2);
        Assert.True(last.GetProperty("state").GetString() == "SUCCEEDED", last.ToString());
        Assert.Equal((expected, 0L, 0L), await EventsTable.ReadAsync(gateway));
        await AssertNoneStuckAsync(gateway);

        // What the kills left behind is known, and nothing of it is part of the table.
        var unreferenced = await gateway.RunAsync("unreferenced", "--table", "events");
        Assert.True(unreferenced.ExitCode == 0, unreferenced.Output);
        Assert.Matches(@"\d+ unreferenced files, \d+ bytes\.", unreferenced.Output);
    }

    /// <summary>All closed days have left the hot tier.</summary>
    private static async Task AssertNoneStuckAsync(GatewayProcess gateway)
    {
        var data = await gateway.DataAsync(
            "{ postgresQuery(query: \"SELECT count(*) AS n FROM events WHERE happened < date_trunc('day', now()) - interval '2 days'\") { data } }");
        Assert.Equal(0, data.GetProperty("postgresQuery").GetProperty("data")[0].GetProperty("n").GetInt64());
    }
}
