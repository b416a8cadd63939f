using FederatedQuery.Testing;
using Npgsql;

namespace FederatedQuery.Gateway.FunctionalTests.Tiering;

/// <summary>Every row exactly once, in every single query, while days are being moved and rows arrive late.</summary>
public sealed class MoveExactnessTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const int Queries = 500;

    private readonly TemporaryFolder _folder = new();
    private long _lateStarted;
    private long _lateCommitted;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Query_WhileTwoArchivesRaceAndLateRowsArrive_SeesEachRowOnce()
    {
        var expected = EventsTable.Write(_folder.File("events.parquet"));
        var database = await postgres.CreateDatabaseAsync("moves");
        await using var gateway = new GatewayProcess(_folder.FullPath, Settings(database));
        var load = await gateway.RunAsync("load", "--table", "events", "--time-column", "happened", "--primary-key", "id", _folder.File("events.parquet"));
        Assert.True(load.ExitCode == 0, load.Output);
        await gateway.StartAsync();
        using var stop = new CancellationTokenSource();
        Task[] background = [InsertLateRows(database.ConnectionString, stop.Token), Archive(gateway, stop.Token), Archive(gateway, stop.Token)];

        for (var i = 0; i < Queries; i++)
        {
            var committed = Interlocked.Read(ref _lateCommitted);
            var (original, late, lateDistinct) = await EventsTable.ReadAsync(gateway);
            var started = Interlocked.Read(ref _lateStarted);

            Assert.Equal(expected, original);
            Assert.Equal(late, lateDistinct);
            Assert.InRange(late, committed, started);
        }

        await stop.CancelAsync();
        await Task.WhenAll(background);
        Assert.Equal("SUCCEEDED", (await EventsTable.ArchiveAsync(gateway, keepDays: 2)).GetProperty("state").GetString());
        var after = await EventsTable.ReadAsync(gateway);
        Assert.Equal((expected, _lateCommitted, _lateCommitted), after);
        Assert.True(_lateCommitted > 10, $"Only {_lateCommitted} late rows were inserted meanwhile.");
    }

    private async Task InsertLateRows(string connectionString, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(CancellationToken.None);
        while (!cancellationToken.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _lateStarted);
            await using var insert = new NpgsqlCommand(
                "INSERT INTO events (id, happened, kind, value, note) VALUES ($1, date_trunc('day', now()) - make_interval(days => $2, mins => 5), 'late', 1, NULL)", connection);
            insert.Parameters.Add(new NpgsqlParameter { Value = -number });
            insert.Parameters.Add(new NpgsqlParameter { Value = (int)(number % (EventsTable.Days + 20)) });
            await insert.ExecuteNonQueryAsync(CancellationToken.None);
            Interlocked.Increment(ref _lateCommitted);
            await Task.Delay(20, CancellationToken.None);
        }
    }

    private static async Task Archive(GatewayProcess gateway, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var job = await EventsTable.ArchiveAsync(gateway, keepDays: 2);
            Assert.True(job.GetProperty("state").GetString() == "SUCCEEDED", job.ToString());
        }
    }

    private static Dictionary<string, string> Settings(NpgsqlConnectionStringBuilder database) => new(GatewaySettings.Over(database))
    {
        ["POSTGRES_POOL_SIZE"] = "10",
        // Everything is loaded into the hot tier, and moved only when asked for.
        ["HOT_RETENTION_DAYS"] = "400",
    };
}
