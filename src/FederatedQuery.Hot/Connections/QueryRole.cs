using System.Globalization;
using FederatedQuery.Hot.Sql;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Hot.Connections;

/// <summary>
/// The role that raw SQL logs in as. It may connect and read the users' tables; it owns nothing, is member of nothing, and never sees
/// the schema of the control tables.
/// </summary>
public sealed partial class QueryRole(PostgresConnections connections, ILogger<QueryRole> logger)
{
    /// <summary>
    /// Functions that run text as SQL, reach files, large objects, other servers or settings. PostgreSQL lets every role call most of
    /// them; raw SQL is checked against an allow list before it gets here, and this is the second wall.
    /// </summary>
    private const string DangerousFunctions =
        "set_config|query_to_xml.*|cursor_to_xml.*|table_to_xml.*|schema_to_xml.*|database_to_xml.*|pg_read_.*|pg_ls_.*|pg_stat_file"
        + "|pg_file_.*|lo_.*|loread|lowrite|dblink.*|postgres_fdw.*|ts_stat|pg_export_snapshot|pg_logical_emit_message|pg_notify";

    /// <summary>What one statement may spill to disk.</summary>
    private const string TemporaryFileLimit = "10GB";

    /// <summary>Makes the role or brings it up to date. Safe to call again and from several processes.</summary>
    /// <exception cref="HotException">The role has rights that it must not have, or does not exist and may not be made.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Concurrent changes to the same role fail with "tuple concurrently updated".
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({AdvisoryLock.QueryRole})", cancellationToken);
        var (name, password) = connections.QueryRole;
        var mayMakeRoles = await ScalarAsync<bool>(
            connection, "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user", cancellationToken);
        if (mayMakeRoles)
        {
            await CreateAsync(connection, name, password, cancellationToken);
        }

        await RequireHarmlessAsync(connection, name, cancellationToken);
        await GrantAsync(connection, name, cancellationToken);
        if (await ScalarAsync<bool>(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", cancellationToken))
        {
            await RevokeDangerousFunctionsAsync(connection, name, cancellationToken);
        }
        else
        {
            Log.NotHardened(logger, name);
        }

        await transaction.CommitAsync(cancellationToken);
        Log.Ready(logger, name);
    }

    private async Task CreateAsync(NpgsqlConnection connection, string name, string password, CancellationToken cancellationToken)
    {
        var role = SqlIdentifier.Quote(name);
        var exists = await ScalarAsync<long>(
            connection, "SELECT count(*) FROM pg_roles WHERE rolname = $1", cancellationToken, name) > 0;
        if (!exists)
        {
            await ExecuteAsync(connection, $"CREATE ROLE {role}", cancellationToken);
        }

        // NOSUPERUSER and its like may be named by superusers only (NOCREATEDB also by who has it, since 16), and are what a new role has.
        var isSuperuser = await ScalarAsync<bool>(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", cancellationToken);
        var limits = isSuperuser ? "NOCREATEDB NOSUPERUSER NOREPLICATION NOBYPASSRLS " : "";
        await ExecuteAsync(
            connection,
            $"ALTER ROLE {role} LOGIN NOINHERIT NOCREATEROLE {limits}PASSWORD {SqlLiteral.Text(password)}",
            cancellationToken);
        await ExecuteAsync(connection, $"ALTER ROLE {role} SET default_transaction_read_only = on", cancellationToken);
        await ExecuteAsync(
            connection,
            string.Create(CultureInfo.InvariantCulture, $"ALTER ROLE {role} SET statement_timeout = {(long)connections.QueryTimeout.TotalMilliseconds}"),
            cancellationToken);
        if (isSuperuser)
        {
            // Only a superuser may set it; without it, generate_series(1, 1e12) in FROM fills the disk.
            await ExecuteAsync(connection, $"ALTER ROLE {role} SET temp_file_limit = '{TemporaryFileLimit}'", cancellationToken);
        }
    }

    private static async Task RequireHarmlessAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT concat_ws('; ',
              CASE WHEN r.rolsuper THEN 'it is a superuser' END,
              CASE WHEN r.rolcreaterole THEN 'it may make roles' END,
              CASE WHEN r.rolcreatedb THEN 'it may make databases' END,
              CASE WHEN r.rolreplication THEN 'it may replicate' END,
              CASE WHEN r.rolbypassrls THEN 'it bypasses row security' END,
              CASE WHEN NOT r.rolcanlogin THEN 'it may not log in' END,
              (SELECT 'it is member of ' || string_agg(m.roleid::regrole::text, ', ') FROM pg_auth_members m WHERE m.member = r.oid HAVING count(*) > 0),
              (SELECT 'it owns ' || count(*) || ' objects' FROM pg_shdepend d WHERE d.refobjid = r.oid AND d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o' HAVING count(*) > 0))
            FROM pg_roles r WHERE r.rolname = $1
            """;
        var harm = await ScalarAsync<string?>(connection, Sql, cancellationToken, name)
            ?? throw new HotException(
                HotErrorKind.NotFound,
                $"POSTGRES_QUERY_USER '{name}' is not there and POSTGRES_USER may not make roles. "
                + $"Have an administrator run: CREATE ROLE {SqlIdentifier.Quote(name)} LOGIN NOINHERIT PASSWORD '...'; and set POSTGRES_QUERY_PASSWORD.");
        if (harm.Length > 0)
        {
            throw new HotException(
                HotErrorKind.Unsupported,
                $"POSTGRES_QUERY_USER '{name}' must own nothing, be member of nothing and have no special rights, but {harm}. Name another role.");
        }
    }

    private static async Task GrantAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var role = SqlIdentifier.Quote(name);
        var database = SqlIdentifier.Quote(connection.Database);
        await ExecuteAsync(connection, $"GRANT CONNECT ON DATABASE {database} TO {role}", cancellationToken);
        await ExecuteAsync(connection, $"REVOKE CREATE, TEMPORARY ON DATABASE {database} FROM {role}", cancellationToken);
        var schemas = await ListAsync(
            connection,
            """
            SELECT nspname FROM pg_namespace
            WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'federated_query') AND has_schema_privilege(oid, 'USAGE WITH GRANT OPTION')
            """,
            cancellationToken);
        foreach (var schema in schemas.Select(SqlIdentifier.Quote))
        {
            await ExecuteAsync(connection, $"GRANT USAGE ON SCHEMA {schema} TO {role}", cancellationToken);
            await ExecuteAsync(connection, $"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}", cancellationToken);
        }

        // Not ALL TABLES IN SCHEMA: that fails as a whole when one table is somebody else's.
        var tables = await ListAsync(
            connection,
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'federated_query')
              AND c.relname NOT IN ('iceberg_tables', 'iceberg_namespace_properties', 'iceberg_location_maps', 'iceberg_rest_requests')
              AND has_table_privilege(c.oid, 'SELECT WITH GRANT OPTION') AND NOT has_table_privilege($1, c.oid, 'SELECT')
            """,
            cancellationToken, name);
        foreach (var table in tables)
        {
            await ExecuteAsync(connection, $"GRANT SELECT ON {table} TO {role}", cancellationToken);
        }

        if (await ScalarAsync<long>(connection, "SELECT count(*) FROM pg_namespace WHERE nspname = 'federated_query'", cancellationToken) > 0)
        {
            await ExecuteAsync(connection, $"REVOKE ALL ON SCHEMA federated_query FROM {role}, PUBLIC", cancellationToken);
        }
    }

    /// <summary>In this database only: functions belong to a database.</summary>
    private static async Task RevokeDangerousFunctionsAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var functions = await ListAsync(
            connection,
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname ~ $2 AND has_function_privilege($1, oid, 'EXECUTE')",
            cancellationToken, name, $"^({DangerousFunctions})$");
        foreach (var function in functions)
        {
            await ExecuteAsync(connection, $"REVOKE EXECUTE ON ROUTINE {function} FROM PUBLIC", cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<T> ScalarAsync<T>(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is T value ? value : default!;
    }

    private static async Task<List<string>> ListAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[] parameters)
    {
        await using var command = Command(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var list = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            list.Add(reader.GetString(0));
        }

        return list;
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, string[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }

    private static partial class Log
    {
        [LoggerMessage(HotEventId.QueryRoleReady, LogLevel.Information, "Raw SQL runs as role '{Role}'")]
        public static partial void Ready(ILogger logger, string role);

        [LoggerMessage(
            HotEventId.QueryRoleNotHardened, LogLevel.Information,
            "POSTGRES_USER is no superuser: functions that every role may call stay callable by '{Role}', and only the statement check refuses them")]
        public static partial void NotHardened(ILogger logger, string role);
    }
}
