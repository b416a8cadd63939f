using System.Globalization;
using FederatedQuery.Hot.Embedded;
using Npgsql;
using Xunit;

namespace FederatedQuery.Testing;

/// <summary>
/// One embedded PostgreSQL per test process, started by the first test that asks and stopped as the process ends; every test takes a
/// database of its own. Use it as <c>IClassFixture&lt;PostgresFixture&gt;</c>.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>A folder with <c>bin/postgres</c> of another version to test against, such as the oldest supported; blank means unset.</summary>
    private const string BinariesVariable = "FEDERATEDQUERY_TEST_POSTGRES";

    private const string FolderPrefix = "fqtest-";

    private static readonly Lazy<Task<EmbeddedPostgres>> Shared = new(StartAsync);
    private static int DatabaseCount;

    /// <summary>The server, of PostgreSQL 18 if nothing else is asked for, with durability off.</summary>
    public EmbeddedPostgres Server { get; private set; } = null!; // set before the first test runs

    /// <summary>Makes an empty database and returns how to connect to it as the superuser.</summary>
    public async Task<NpgsqlConnectionStringBuilder> CreateDatabaseAsync(string name = "test")
    {
        var database = string.Create(CultureInfo.InvariantCulture, $"{name}_{Interlocked.Increment(ref DatabaseCount)}");
        await using var connection = new NpgsqlConnection(Server.ConnectionTo("postgres").ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE \"{database}\"", connection);
        await command.ExecuteNonQueryAsync();
        return Server.ConnectionTo(database);
    }

    public async Task InitializeAsync() => Server = await Shared.Value;

    // The server outlives the class: other classes of this process use it.
    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        RemoveLeftovers();
        var folder = Directory.CreateTempSubdirectory(FolderPrefix);
        if (!OperatingSystem.IsWindows())
        {
            // A server that runs under another account has to get there.
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute | UnixFileMode.OtherRead;
        }

        var binaries = Environment.GetEnvironmentVariable(BinariesVariable) is { Length: > 0 } named ? named : null;
        var server = await EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = folder.FullName, Durable = false, BinariesDirectory = binaries }, logger: null, TimeProvider.System, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // The test host may be killed before this ends: the folder is then removed by a later run.
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            folder.Delete(recursive: true);
        };
        return server;
    }

    private static void RemoveLeftovers()
    {
        foreach (var folder in new DirectoryInfo(Path.GetTempPath()).GetDirectories(FolderPrefix + "*"))
        {
            var isOld = folder.CreationTimeUtc < DateTime.UtcNow - TimeSpan.FromMinutes(10);
            if (isOld && !File.Exists(Path.Combine(folder.FullName, "postgres", "postmaster.pid")))
            {
                try
                {
                    folder.Delete(recursive: true);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // Another test process removes it at the same time, or another user's: theirs to remove.
                    Console.Error.WriteLine($"Leftover '{folder.FullName}' stays: {error.Message}");
                }
            }
        }
    }
}
