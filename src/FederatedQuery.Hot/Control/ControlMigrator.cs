using System.Globalization;
using FederatedQuery.Hot.Connections;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Hot.Control;

/// <summary>Brings the control tables up to date at start; one process at a time.</summary>
public sealed partial class ControlMigrator(PostgresConnections connections, ILogger<ControlMigrator> logger)
{
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        // EF Core's own lock is on the history table, which the first start has yet to make.
        await using var connection = await connections.Owner.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, "pg_advisory_lock", cancellationToken);
        try
        {
            await using var context = ControlDbContext.On(connections.Owner);
            var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            if (pending.Count > 0)
            {
                await context.Database.MigrateAsync(cancellationToken);
                Log.Migrated(logger, pending.Count, pending[^1]);
            }
        }
        finally
        {
            // The pool's reset would release it too, but only when the connection is used next.
            await ExecuteAsync(connection, "pg_advisory_unlock", CancellationToken.None);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string function, CancellationToken cancellationToken)
    {
        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT {function}({AdvisoryLock.Migrations})");
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(HotEventId.Migrated, LogLevel.Information, "Applied {Count} migrations to the control tables; they are now at '{Migration}'")]
        public static partial void Migrated(ILogger logger, int count, string migration);
    }
}
