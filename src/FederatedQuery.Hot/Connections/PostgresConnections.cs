using System.Globalization;
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
public sealed class PostgresConnections : IAsyncDisposable
{
    /// <summary>
    /// Connections for everything but queries: two jobs of three connections each, and short look-ups. Were they of the queries' number, two
    /// moves and two joins could each hold one and wait for another for ever.
    /// </summary>
    private const int BackgroundConnections = 8;

    private readonly PostgresOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private EmbeddedPostgres? _embedded;
    private NpgsqlDataSource? _owner;
    private NpgsqlDataSource? _query;

    public PostgresConnections(PostgresOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        _options = options;
        _loggers = loggers;
        _time = time;
    }

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

        settings.MaxPoolSize = _options.PoolSize;
        settings.Username = QueryRole.Name;
        settings.Password = QueryRole.Password;
        settings.ApplicationName = "federatedquery query";
        settings.CommandTimeout = (int)Math.Min(int.MaxValue, _options.QueryTimeout.TotalSeconds + 5);
        // Also set on the role, which an operator's own role may lack. Statements are judged by a lexer to which '\' is a whole constant: a
        // database that says otherwise must not be believed.
        settings.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"-c default_transaction_read_only=on -c standard_conforming_strings=on -c statement_timeout={(long)_options.QueryTimeout.TotalMilliseconds}");
        _query = Build(settings, "query");
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

    /// <param name="name">In metrics, which would show the connection string otherwise.</param>
    private NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, string name) =>
        new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.UseLoggerFactory(_loggers).Build();

    /// <summary>A server beside this one may need longer to start; a wrong password does not get right by waiting.</summary>
    private async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        var waiting = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddTimeout(_options.StartTimeout)
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<NpgsqlException>(error => error.IsTransient),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(3),
                UseJitter = true,
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
                $"PostgreSQL at '{_options.Host}', port {_options.Port}, database '{_options.Database}' could not be reached as '{_options.User}': "
                + $"{(last ?? error).Message} Check POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DATABASE, POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_SSL_MODE.",
                last ?? error);
        }
    }

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
}
