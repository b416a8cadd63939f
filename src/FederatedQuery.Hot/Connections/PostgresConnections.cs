using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using FederatedQuery.Hot.Embedded;
using FederatedQuery.Hot.Sql;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FederatedQuery.Hot.Connections;

/// <summary>
/// The two ways into PostgreSQL: as the owner of the tables, and as the role of raw SQL. Starts the embedded server when no host is set.
/// Usable after <see cref="StartAsync"/>.
/// </summary>
public sealed partial class PostgresConnections : IAsyncDisposable
{
    /// <summary>
    /// Connections for everything but queries: two jobs of three connections each, and short look-ups. Were they of the queries' number, two
    /// moves and two joins could each hold one and wait for another for ever.
    /// </summary>
    private const int BackgroundConnections = 8;

    /// <summary>A statement whose client has gone is ended then, also where nothing was to be sent: what was given up, and what a gateway that died has left.</summary>
    private const string NoticeGoneClients = "client_connection_check_interval=1000";

    private readonly PostgresOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private string? _waiting;
    private EmbeddedPostgres? _embedded;
    private NpgsqlDataSource? _owner;
    private NpgsqlDataSource? _query;

    public PostgresConnections(PostgresOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        _options = options;
        _loggers = loggers;
        _time = time;
        _logger = loggers.CreateLogger<PostgresConnections>();
    }

    /// <summary>What a start is waiting for, in a sentence; null while it is not.</summary>
    public string? Waiting => Volatile.Read(ref _waiting);

    /// <summary>Connections as <see cref="PostgresOptions.User"/>, which may do everything to the tables.</summary>
    public NpgsqlDataSource Owner => _owner ?? throw NotStarted();

    /// <summary>Connections as <see cref="PostgresOptions.QueryUser"/>: read only, its own tables none, statements timed.</summary>
    public NpgsqlDataSource Query => _query ?? throw NotStarted();

    /// <summary>The role of raw SQL and the password it logs in with.</summary>
    internal (string Name, string Password) QueryRole => (_options.QueryUser, QueryPassword());

    internal TimeSpan QueryTimeout => _options.QueryTimeout;

    internal bool IsEmbedded => _options.IsEmbedded;

    /// <summary>Starts the embedded server if it is asked for, and waits until the server takes a connection.</summary>
    /// <exception cref="HotException">The server did not answer in time, or refused the settings.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder settings;
        if (_options.IsEmbedded)
        {
            _embedded = await EmbeddedPostgres.StartAsync(
                new EmbeddedPostgresOptions { DataDirectory = _options.DataDirectory, User = _options.User },
                _loggers.CreateLogger<EmbeddedPostgres>(), _time, cancellationToken);
            await EnsureDatabaseAsync(_embedded, cancellationToken);
            settings = _embedded.ConnectionTo(_options.Database);
        }
        else
        {
            settings = new NpgsqlConnectionStringBuilder
            {
                Host = _options.Host,
                Port = _options.Port,
                Database = _options.Database,
                Username = _options.User,
                Password = _options.Password,
                SslMode = _options.SslMode,
            };
        }

        settings.ApplicationName = "federatedquery";
        settings.Timeout = Math.Max(1, (int)_options.ConnectTimeout.TotalSeconds);
        settings.Timezone = "UTC";
        settings.IncludeErrorDetail = false;
        settings.MaxPoolSize = _options.PoolSize + BackgroundConnections;
        _owner = Build(settings, "owner");
        await WaitForServerAsync(cancellationToken);
        var options = "";
        if (await CanNoticeGoneClientsAsync(cancellationToken))
        {
            options = $"-c {NoticeGoneClients}";
            settings.Options = options;
            await _owner.DisposeAsync();
            _owner = Build(settings, "owner");
        }

        settings.MaxPoolSize = _options.PoolSize;
        settings.Username = QueryRole.Name;
        settings.Password = QueryRole.Password;
        settings.ApplicationName = "federatedquery query";
        settings.CommandTimeout = (int)Math.Min(int.MaxValue, _options.QueryTimeout.TotalSeconds + 5);
        // Also set on the role, which an operator's own role may lack. Statements are judged by a lexer to which '\' is a whole constant: a
        // database that says otherwise must not be believed.
        settings.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"{options} -c default_transaction_read_only=on -c standard_conforming_strings=on -c statement_timeout={(long)_options.QueryTimeout.TotalMilliseconds}");
        _query = Build(settings, "query");
    }

    /// <summary>
    /// Takes up passwords that were changed on the server: connections that are opened from now on use them, those that are open stay. The role of raw SQL gets its password
    /// by <see cref="Connections.QueryRole.EnsureAsync"/>.
    /// </summary>
    /// <param name="password">Of <see cref="PostgresOptions.User"/>.</param>
    /// <param name="queryPassword">Of <see cref="PostgresOptions.QueryUser"/>; empty: derived from the other.</param>
    public void ChangePasswords(string password, string queryPassword)
    {
        _options.Password = password;
        _options.QueryPassword = queryPassword;
        Owner.Password = password;
        Query.Password = QueryPassword();
    }

    public async ValueTask DisposeAsync()
    {
        if (_query is not null)
        {
            await _query.DisposeAsync();
        }

        if (_owner is not null)
        {
            await _owner.DisposeAsync();
        }

        if (_embedded is not null)
        {
            await _embedded.DisposeAsync();
        }
    }

    /// <summary>Servers on Windows cannot.</summary>
    private async Task<bool> CanNoticeGoneClientsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await Owner.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"SET {NoticeGoneClients}", connection);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.UndefinedObject)
        {
            Log.DoesNotNotice(_logger, error.MessageText);
            return false;
        }
    }

    /// <param name="name">In metrics, which would show the connection string otherwise.</param>
    private NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, string name) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = _options.PoolName + name }.UseLoggerFactory(_loggers).Build();

    /// <summary>A server beside this one may need longer to start; a wrong password does not get right by waiting.</summary>
    private async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = _time };
        if (_options.StartTimeout != Timeout.InfiniteTimeSpan)
        {
            builder.AddTimeout(_options.StartTimeout);
        }

        var waiting = builder
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(error => error.IsTransient),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(3),
                UseJitter = true,
                OnRetry = retry =>
                {
                    Volatile.Write(ref _waiting, $"{Server} does not take connections yet: {retry.Outcome.Exception?.Message}");
                    // Ever more seldom, however long it lasts.
                    if (BitOperations.IsPow2(retry.AttemptNumber + 1))
                    {
                        Log.Waiting(_logger, _options.Host, _options.Port, retry.AttemptNumber + 1, retry.RetryDelay, retry.Outcome.Exception?.Message);
                    }

                    return default;
                },
            })
            .Build();
        Exception? last = null;
        try
        {
            await waiting.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        await using var connection = await Owner.OpenConnectionAsync(token);
                    }
                    catch (NpgsqlException error)
                    {
                        last = error;
                        throw;
                    }
                },
                cancellationToken);
        }
        catch (Exception error) when (error is NpgsqlException or Polly.Timeout.TimeoutRejectedException)
        {
            throw new HotException(
                HotErrorKind.Connection,
                $"{Server}, database '{_options.Database}' could not be reached as '{_options.User}': "
                + $"{(last ?? error).Message} Check POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DATABASE, POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_SSL_MODE.",
                last ?? error);
        }
        finally
        {
            Volatile.Write(ref _waiting, null);
        }
    }

    private string Server => string.Create(CultureInfo.InvariantCulture, $"PostgreSQL at '{_options.Host}', port {_options.Port}");

    private async Task EnsureDatabaseAsync(EmbeddedPostgres server, CancellationToken cancellationToken)
    {
        var settings = server.ConnectionTo("postgres");
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var exists = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection);
        exists.Parameters.Add(new NpgsqlParameter { Value = _options.Database });
        if (await exists.ExecuteScalarAsync(cancellationToken) is not null)
        {
            return;
        }

        await using var create = new NpgsqlCommand($"CREATE DATABASE {SqlIdentifier.Quote(_options.Database)}", connection);
        try
        {
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process that shares the server made it meanwhile.
        }
    }

    private string QueryPassword() =>
        _options.QueryPassword.Length > 0
            ? _options.QueryPassword
            : Convert.ToHexStringLower(HMACSHA256.HashData(
                Encoding.UTF8.GetBytes(_options.Password), Encoding.UTF8.GetBytes("FederatedQuery query role " + _options.QueryUser)));

    private static InvalidOperationException NotStarted() => new("PostgreSQL is asked before the hot tier has started.");

    private static partial class Log
    {
        [LoggerMessage(HotEventId.ClientsNotNoticed, LogLevel.Information, "PostgreSQL does not notice that clients have gone while a statement runs: what was given up may run on until QUERY_TIMEOUT ({Reason})")]
        public static partial void DoesNotNotice(ILogger logger, string reason);

        [LoggerMessage(HotEventId.WaitingForServer, LogLevel.Warning, "PostgreSQL at '{Host}', port {Port} does not take connections yet (attempt {Attempt}); the next attempt is in {Delay}: {Reason}")]
        public static partial void Waiting(ILogger logger, string host, int port, int attempt, TimeSpan delay, string? reason);
    }
}
