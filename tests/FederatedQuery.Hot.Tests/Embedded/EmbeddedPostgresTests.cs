using System.Diagnostics;
using System.Globalization;
using FederatedQuery.Hot.Embedded;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Embedded;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _folder = NewFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task StartAsync_TwiceInOneFolder_SharesTheServerUntilTheLastStops()
    {
        var first = await StartAsync();
        await using (var connection = await OpenAsync(first))
        {
            await ExecuteAsync(connection, "CREATE TABLE t AS SELECT 42 AS x");
        }

        var second = await StartAsync();
        await first.DisposeAsync();
        Assert.Equal(42, await ScalarAsync(second, "SELECT x FROM t"));
        await second.DisposeAsync();
        Assert.False(File.Exists(Path.Combine(second.ClusterDirectory, "postmaster.pid")));

        await using var third = await StartAsync();
        Assert.Equal(42, await ScalarAsync(third, "SELECT x FROM t"));
    }

    [Fact]
    public async Task StartAsync_ServerWasKilled_StartsAgainWithItsData()
    {
        var first = await StartAsync();
        await ScalarAsync(first, "CREATE TABLE t AS SELECT 1 AS x");
        var processId = int.Parse(
            File.ReadLines(Path.Combine(first.ClusterDirectory, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        using (var process = Process.GetProcessById(processId))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        await using var second = await StartAsync();

        Assert.Equal(1, await ScalarAsync(second, "SELECT x FROM t"));
        await first.DisposeAsync();
        Assert.Equal(1, await ScalarAsync(second, "SELECT x FROM t"));
    }

    [Fact]
    public async Task StartAsync_PidFileNamesAnotherLivingProcess_StartsAllTheSame()
    {
        var first = await StartAsync();
        var pidFile = Path.Combine(first.ClusterDirectory, "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(pidFile);
        await first.DisposeAsync();
        lines[0] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllLinesAsync(pidFile, lines);

        await using var second = await StartAsync();

        Assert.Equal(1, await ScalarAsync(second, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_ClusterOfAnotherMajorVersion_SaysWhichAndWhatToDo()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "PG_VERSION"), "9\n");

        var error = await Assert.ThrowsAsync<HotException>(StartAsync);

        Assert.Equal(HotErrorKind.EmbeddedServer, error.Kind);
        Assert.Matches(
            "^The cluster in '.*/postgres' was made by PostgreSQL 9, and the programs found are version [0-9.]+\\. "
            + "Install PostgreSQL 9, or move the data over with pg_upgrade or pg_dump, or choose another DATA_DIRECTORY\\.$",
            error.Message);
    }

    [Fact]
    public async Task StartAsync_NoProgramsInTheFolderAsked_SaysWhereItLooked()
    {
        var options = Options();
        options.BinariesDirectory = _folder;

        var error = await Assert.ThrowsAsync<HotException>(
            () => EmbeddedPostgres.StartAsync(options, null, TimeProvider.System, CancellationToken.None));

        Assert.Equal(
            $"No PostgreSQL 15 or newer was found to start: '{_folder}' has no bin/postgres. "
            + "Install PostgreSQL, or set POSTGRES_HOST to a server that runs.",
            error.Message);
    }

    [Fact]
    public async Task StartAsync_LongPath_PutsTheSocketInAShortOne()
    {
        var options = Options();
        options.DataDirectory = Path.Combine(_folder, new string('d', 120));

        await using var server = await EmbeddedPostgres.StartAsync(options, null, TimeProvider.System, CancellationToken.None);

        Assert.NotEqual(server.ClusterDirectory, server.SocketDirectory);
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_FolderClosedToTheServersAccount_RelocatesClusterAndPrograms()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return; // Only root runs the server under another account.
        }

        var closed = Path.Combine(_folder, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var options = Options();
        options.DataDirectory = Path.Combine(closed, "data");
        options.RelocatedDirectory = Path.Combine(_folder, "open");

        await using var server = await EmbeddedPostgres.StartAsync(options, null, TimeProvider.System, CancellationToken.None);

        Assert.StartsWith(options.RelocatedDirectory, server.ClusterDirectory, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_ProgramsClosedToTheServersAccount_CopiesThem()
    {
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            return; // Only root runs the server under another account.
        }

        var source = PostgresBinaries.Candidates(null).First(PostgresBinaries.IsInstallation);
        var closed = Path.Combine(_folder, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(closed, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var options = Options();
        options.DataDirectory = Path.Combine(_folder, "data");
        options.BinariesDirectory = closed;

        await using var server = await EmbeddedPostgres.StartAsync(options, null, TimeProvider.System, CancellationToken.None);

        Assert.Single(Directory.GetDirectories(options.DataDirectory, "postgres-programs-*"));
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_EachInstallationFound_Starts()
    {
        foreach (var directory in PostgresBinaries.Candidates(null).Where(PostgresBinaries.IsInstallation).Distinct())
        {
            var options = Options();
            options.BinariesDirectory = directory;
            options.DataDirectory = Path.Combine(_folder, Path.GetRandomFileName());

            await using var server = await EmbeddedPostgres.StartAsync(options, null, TimeProvider.System, CancellationToken.None);

            Assert.Equal(server.Version, ((string)(await ScalarAsync(server, "SHOW server_version"))!).Split(' ')[0]);
        }
    }

    [Fact]
    public async Task StartAsync_Settings_AreThoseOfTheHotTier()
    {
        var options = Options();
        options.Durable = true;
        await using var server = await EmbeddedPostgres.StartAsync(options, null, TimeProvider.System, CancellationToken.None);

        Assert.Equal("", await ScalarAsync(server, "SHOW listen_addresses"));
        Assert.Equal("on", await ScalarAsync(server, "SHOW fsync"));
        Assert.Equal("100", await ScalarAsync(server, "SHOW max_connections"));
        Assert.Equal("off", await ScalarAsync(server, "SHOW jit"));
        Assert.Equal("UTF8", await ScalarAsync(server, "SHOW server_encoding"));
        Assert.Equal("C", await ScalarAsync(server, "SELECT datcollate FROM pg_database WHERE datname = 'postgres'"));
    }

    private EmbeddedPostgresOptions Options() => new() { DataDirectory = _folder, Durable = false };

    private Task<EmbeddedPostgres> StartAsync() =>
        EmbeddedPostgres.StartAsync(Options(), null, TimeProvider.System, CancellationToken.None);

    private static async Task<NpgsqlConnection> OpenAsync(EmbeddedPostgres server)
    {
        var settings = server.ConnectionTo("postgres");
        settings.Pooling = false;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = await OpenAsync(server);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("fqhot-");
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute | UnixFileMode.OtherRead;
        }

        return folder.FullName;
    }
}
