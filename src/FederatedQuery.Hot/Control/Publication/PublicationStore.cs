using FederatedQuery.Hot.Sql;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Hot.Control.Publication;

/// <summary>
/// Which state of a cold table in a REST catalog belongs to the hot rows. What is written here is written in the transactions that change those; who writes
/// holds the table's <see cref="Moves.MoveLock"/>.
/// </summary>
public static class PublicationStore
{
    /// <param name="connection">In any transaction: the answer is as of it.</param>
    /// <returns>Null when the table is not tiered with a REST catalog.</returns>
    public static async Task<Published?> FindAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            """
            SELECT t.published_snapshot_id, p.change_id FROM federated_query.publications p
            JOIN federated_query.tiered_tables t ON t.schema_name = p.schema_name AND t.table_name = p.table_name
            WHERE p.schema_name = $1 AND p.table_name = $2
            """,
            table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new Published(await reader.IsDBNullAsync(0, cancellationToken) ? null : reader.GetInt64(0), await reader.IsDBNullAsync(1, cancellationToken) ? null : reader.GetGuid(1))
            : null;
    }

    /// <summary>Says that a tiered table's cold rows are in a REST catalog. None yet.</summary>
    public static Task AddAsync(NpgsqlTransaction transaction, TableName table, CancellationToken cancellationToken) => ExecuteAsync(
        transaction, "INSERT INTO federated_query.publications (schema_name, table_name) VALUES ($1, $2) ON CONFLICT DO NOTHING", table, cancellationToken);

    /// <summary>Publishes a state of the cold table. Readers who see this commit read it; those who do not read the one before.</summary>
    /// <param name="snapshotId">Null: a table without snapshots.</param>
    /// <param name="changeId">The change that it came with; null: as it was.</param>
    public static async Task PublishAsync(
        NpgsqlTransaction transaction, TableName table, long? snapshotId, Guid? changeId, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            transaction,
            "UPDATE federated_query.tiered_tables SET published_snapshot_id = $3 WHERE schema_name = $1 AND table_name = $2",
            table,
            cancellationToken,
            new NpgsqlParameter { Value = (object?)snapshotId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        if (changeId is { } id)
        {
            await ExecuteAsync(
                transaction,
                "UPDATE federated_query.publications SET change_id = $3 WHERE schema_name = $1 AND table_name = $2",
                table,
                cancellationToken,
                new NpgsqlParameter<Guid> { TypedValue = id });
        }
    }

    /// <returns>Null: nothing is under way.</returns>
    public static async Task<PublicationIntent?> FindIntentAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection, "SELECT id, kind, state, details::text FROM federated_query.publication_intents WHERE schema_name = $1 AND table_name = $2", table);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new PublicationIntent(
                reader.GetGuid(0), table, Enum.Parse<PublicationKind>(reader.GetString(1)), Enum.Parse<PublicationState>(reader.GetString(2)),
                await reader.IsDBNullAsync(3, cancellationToken) ? null : reader.GetString(3))
            : null;
    }

    /// <exception cref="PostgresException">23505: the table has another one.</exception>
    public static Task AddIntentAsync(NpgsqlTransaction transaction, PublicationIntent intent, CancellationToken cancellationToken) => ExecuteAsync(
        transaction,
        "INSERT INTO federated_query.publication_intents (schema_name, table_name, id, kind, state, details) VALUES ($1, $2, $3, $4, $5, $6)",
        intent.Table,
        cancellationToken,
        new NpgsqlParameter<Guid> { TypedValue = intent.Id },
        new NpgsqlParameter<string> { TypedValue = intent.Kind.ToString() },
        new NpgsqlParameter<string> { TypedValue = intent.State.ToString() },
        new NpgsqlParameter { Value = (object?)intent.Details ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb });

    /// <summary>A table's first rows come with the settings that make it tiered: its creation ends as a load, under the same id.</summary>
    /// <exception cref="InvalidOperationException">It is not open any more: whoever thought so had lost the right to it.</exception>
    public static Task GoOnAsLoadAsync(NpgsqlTransaction transaction, PublicationIntent intent, CancellationToken cancellationToken) => ChangeOpenAsync(
        transaction,
        intent,
        "UPDATE federated_query.publication_intents SET kind = 'Load' WHERE schema_name = $1 AND table_name = $2 AND id = $3 AND kind = 'Create' AND state = 'Open'",
        $"The making of table '{intent.Table}' ({intent.Id})",
        cancellationToken);

    /// <summary>In the transaction that changes PostgreSQL.</summary>
    /// <exception cref="InvalidOperationException">It is not open any more: whoever thought so had lost the right to it.</exception>
    public static Task SetCommittedAsync(NpgsqlTransaction transaction, PublicationIntent intent, CancellationToken cancellationToken) => ChangeOpenAsync(
        transaction,
        intent,
        "UPDATE federated_query.publication_intents SET state = 'Committed' WHERE schema_name = $1 AND table_name = $2 AND id = $3 AND state = 'Open'",
        $"The change {intent.Id} of table '{intent.Table}'",
        cancellationToken);

    /// <summary>Before anything is taken back at the catalog: from then on nobody can commit it.</summary>
    /// <returns>False: it was committed, or another process has seen to it.</returns>
    public static async Task<bool> TryAbandonAsync(NpgsqlTransaction transaction, PublicationIntent intent, CancellationToken cancellationToken) =>
        await ExecuteAsync(
            transaction,
            """
            UPDATE federated_query.publication_intents SET state = 'Abandoned'
            WHERE schema_name = $1 AND table_name = $2 AND id = $3 AND state IN ('Open', 'Abandoned')
            """,
            intent.Table,
            cancellationToken,
            new NpgsqlParameter<Guid> { TypedValue = intent.Id }) == 1;

    /// <summary>Nothing is left to do.</summary>
    public static Task CloseAsync(NpgsqlTransaction transaction, PublicationIntent intent, CancellationToken cancellationToken) => ExecuteAsync(
        transaction,
        "DELETE FROM federated_query.publication_intents WHERE schema_name = $1 AND table_name = $2 AND id = $3",
        intent.Table,
        cancellationToken,
        new NpgsqlParameter<Guid> { TypedValue = intent.Id });

    /// <param name="what">Of the intent, for the error.</param>
    private static async Task ChangeOpenAsync(NpgsqlTransaction transaction, PublicationIntent intent, string sql, string what, CancellationToken cancellationToken)
    {
        if (await ExecuteAsync(transaction, sql, intent.Table, cancellationToken, new NpgsqlParameter<Guid> { TypedValue = intent.Id }) != 1)
        {
            throw new InvalidOperationException($"{what} was finished or abandoned by another process.");
        }
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlTransaction transaction, string sql, TableName table, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = Command(transaction.Connection ?? throw new InvalidOperationException("The transaction has ended."), sql, table);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, TableName table) => new(sql, connection)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = table.Schema }, new NpgsqlParameter<string> { TypedValue = table.Name } },
    };
}
