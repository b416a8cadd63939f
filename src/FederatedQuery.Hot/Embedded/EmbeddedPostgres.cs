using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FederatedQuery.Hot.Embedded;

/// <summary>
/// A private PostgreSQL server on a Unix socket, kept in the gateway's data directory. It outlives a killed gateway and is adopted by the
/// next one; processes that share a data directory share the server, and the last one to dispose of it stops it.
/// </summary>
/// <remarks>Steps of a start: account, home, programs, cluster (initdb), stale files, pg_ctl start, a first connection.</remarks>
public sealed partial class EmbeddedPostgres : IAsyncDisposable
{
    /// <summary>Only a part of the socket's name: nothing listens on TCP.</summary>
    internal const int Port = 5432;

    /// <summary>What <c>sockaddr_un</c> holds on Linux, less the terminating zero; macOS has four bytes less.</summary>
    private const int LongestSocketPath = 103;

    private readonly EmbeddedPostgresOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ServerAccount _account;
    private readonly PostgresBinaries _binaries;
    private readonly string _home;
    private ClusterLock? _use;

    private EmbeddedPostgres(
        EmbeddedPostgresOptions options, ILogger logger, TimeProvider time, ServerAccount account, PostgresBinaries binaries, string home)
    {
        _options = options;
        _logger = logger;
        _time = time;
        _account = account;
        _binaries = binaries;
        _home = home;
        ClusterDirectory = Path.Combine(home, "postgres");
    }

    /// <summary>The cluster's folder (PGDATA).</summary>
    public string ClusterDirectory { get; }

    /// <summary>The folder of the server's socket: Npgsql's <c>Host</c>.</summary>
    public string SocketDirectory { get; private set; } = "";

    /// <summary>The cluster's superuser.</summary>
    public string User => _options.User;

    /// <summary>As printed by the programs: <c>18.4</c>.</summary>
    public string Version => _binaries.Version;

    /// <summary>Starts the server, or adopts the one that runs, and returns when it takes connections.</summary>
    /// <exception cref="HotException">No programs, another major version's cluster, or no readiness within the time allowed.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(
        EmbeddedPostgresOptions options, ILogger? logger, TimeProvider time, CancellationToken cancellationToken)
    {
        logger ??= NullLogger.Instance;
        var account = ServerAccount.Choose(options.UnprivilegedUser);
        var home = await ServerHome.ChooseAsync(options, account, logger, cancellationToken);
        using var change = await ClusterLock.ForChangeAsync(home, options.Timeout * 2, time, cancellationToken);
        var binaries = await ServerHome.InstallAsync(options, home, account, logger, cancellationToken);
        var server = new EmbeddedPostgres(options, logger, time, account, binaries, home);
        await server.StartLockedAsync(cancellationToken);
        server._use = ClusterLock.ForUse(home);
        return server;
    }

    /// <summary>Connection settings for a database of this server, as the superuser.</summary>
    public NpgsqlConnectionStringBuilder ConnectionTo(string database) => new()
    {
        Host = SocketDirectory,
        Port = Port,
        Username = User,
        Database = database,
        SslMode = SslMode.Disable,
        Timeout = 15,
    };

    /// <summary>Stops the server (fast: open transactions are rolled back) unless another process still uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _use, null) is not { } use)
        {
            return;
        }

        use.Dispose();
        using var change = await ClusterLock.ForChangeAsync(_home, _options.Timeout * 2, _time, CancellationToken.None);
        if (!ClusterLock.IsUnused(_home))
        {
            Log.StillUsed(_logger, ClusterDirectory);
            return;
        }

        var started = _time.GetTimestamp();
        var (exitCode, output) = await _account.RunAsync(
            _binaries.PgCtl,
            ["stop", "-D", ClusterDirectory, "-m", "fast", "-w", "-t", Seconds(_options.Timeout)],
            _options.Timeout + TimeSpan.FromSeconds(5), CancellationToken.None);
        if (exitCode != 0 && PostmasterFile.Read(ClusterDirectory) is not null)
        {
            Log.StopFailed(_logger, ClusterDirectory, output);
            return;
        }

        Log.Stopped(_logger, ClusterDirectory, (long)_time.GetElapsedTime(started).TotalMilliseconds);
        if (SocketDirectory != ClusterDirectory && Directory.Exists(SocketDirectory))
        {
            Directory.Delete(SocketDirectory, recursive: true);
        }
    }

    private async Task StartLockedAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        await EnsureClusterAsync(cancellationToken);
        if (PostmasterFile.Read(ClusterDirectory) is { } running)
        {
            if (running.IsServerOf(ClusterDirectory))
            {
                SocketDirectory = running.SocketDirectory;
                await WaitUntilReadyAsync(started, cancellationToken);
                Log.Adopted(_logger, running.ProcessId, ClusterDirectory);
                return;
            }

            File.Delete(PostmasterFile.PathIn(ClusterDirectory));
            Log.Stale(_logger, PostmasterFile.PathIn(ClusterDirectory), running.ProcessId);
        }

        SocketDirectory = await ChooseSocketDirectoryAsync(cancellationToken);
        var configuration = Path.Combine(ClusterDirectory, ClusterConfiguration.FileName);
        await File.WriteAllTextAsync(configuration, ClusterConfiguration.Render(_options, SocketDirectory), cancellationToken);
        await _account.GiveAsync(configuration, cancellationToken);
        Log.Starting(_logger, _binaries.Version, ClusterDirectory);
        var startLog = Path.Combine(ClusterDirectory, "start.log");
        File.Delete(startLog);
        var (exitCode, output) = await _account.RunAsync(
            _binaries.PgCtl,
            ["start", "-D", ClusterDirectory, "-l", startLog, "-w", "-t", Seconds(_options.Timeout)],
            _options.Timeout + TimeSpan.FromSeconds(5), cancellationToken);
        if (exitCode != 0)
        {
            throw new HotException(
                HotErrorKind.EmbeddedServer,
                $"PostgreSQL {_binaries.Version} did not start in '{ClusterDirectory}': {output} {await EndOfAsync(startLog, cancellationToken)}");
        }

        await WaitUntilReadyAsync(started, cancellationToken);
        Log.Ready(_logger, SocketDirectory, (long)_time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task EnsureClusterAsync(CancellationToken cancellationToken)
    {
        var versionFile = Path.Combine(ClusterDirectory, "PG_VERSION");
        if (File.Exists(versionFile))
        {
            var major = (await File.ReadAllTextAsync(versionFile, cancellationToken)).Trim();
            if (major != _binaries.MajorVersion.ToString(CultureInfo.InvariantCulture))
            {
                throw new HotException(
                    HotErrorKind.EmbeddedServer,
                    $"The cluster in '{ClusterDirectory}' was made by PostgreSQL {major}, and the programs found are version {_binaries.Version}. "
                    + $"Install PostgreSQL {major}, or move the data over with pg_upgrade or pg_dump, or choose another DATA_DIRECTORY.");
            }

            return;
        }

        // A cluster is made beside its place and moved there whole, so that a killed initdb leaves no half of one.
        var partial = ClusterDirectory + ".partial";
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        await _account.CreateOwnedDirectoryAsync(partial, cancellationToken);
        List<string> arguments =
        [
            "-D", partial, "-U", _options.User, "--encoding=UTF8", "--locale=C", "--auth=trust",
            .. _options.Durable ? Array.Empty<string>() : ["--no-sync"],
        ];
        var (exitCode, output) = await _account.RunAsync(_binaries.InitDb, arguments, _options.Timeout, cancellationToken);
        if (exitCode != 0)
        {
            throw new HotException(HotErrorKind.EmbeddedServer, $"No PostgreSQL cluster could be made in '{partial}': {output}");
        }

        await File.AppendAllTextAsync(
            Path.Combine(partial, "postgresql.conf"), $"\ninclude_if_exists = '{ClusterConfiguration.FileName}'\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(partial, "pg_hba.conf"), ClusterConfiguration.HostBasedAuthentication, cancellationToken);
        if (Directory.Exists(ClusterDirectory))
        {
            // Throws when it holds anything: what lies there is not ours.
            Directory.Delete(ClusterDirectory);
        }

        Directory.Move(partial, ClusterDirectory);
        Log.Initialized(_logger, _binaries.Version, ClusterDirectory);
    }

    /// <summary>The cluster's own folder, which is closed to others, or a short one where that path is too long for a socket.</summary>
    private async Task<string> ChooseSocketDirectoryAsync(CancellationToken cancellationToken)
    {
        var socket = Path.Combine(ClusterDirectory, $".s.PGSQL.{Port}");
        if (Encoding.UTF8.GetByteCount(socket) <= LongestSocketPath)
        {
            return ClusterDirectory;
        }

        var folder = Directory.CreateTempSubdirectory("fq-").FullName;
        await _account.GiveAsync(folder, cancellationToken);
        return folder;
    }

    private async Task WaitUntilReadyAsync(long started, CancellationToken cancellationToken)
    {
        var settings = ConnectionTo("postgres");
        settings.Pooling = false;
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(settings.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (Exception error) when (IsNotReady(error))
            {
                if (_time.GetElapsedTime(started) > _options.Timeout)
                {
                    throw new HotException(
                        HotErrorKind.EmbeddedServer,
                        $"PostgreSQL in '{ClusterDirectory}' took no connection within {_options.Timeout.TotalSeconds:0} s: {error.Message}", error);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken);
        }
    }

    private static bool IsNotReady(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.CannotConnectNow } or NpgsqlException { InnerException: not null };

    private static async Task<string> EndOfAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            return "";
        }

        var lines = await File.ReadAllLinesAsync(file, cancellationToken);
        return string.Join(' ', lines.TakeLast(10));
    }

    private static string Seconds(TimeSpan time) => ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
