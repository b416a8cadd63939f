using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// Keeps the users' triggers from firing while a move takes rows out of a table: to the users these rows are still there. With the right to set
/// <c>session_replication_role</c> nobody notices; else the triggers are disabled within the transaction, which needs a lock that writers wait for.
/// </summary>
internal sealed class QuietTriggers
{
    /// <summary>Of the source and all its partitions or children.</summary>
    private const string Sql =
        """
        WITH RECURSIVE below AS (
          SELECT $1::regclass::oid AS oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN below ON i.inhparent = below.oid)
        SELECT n.nspname::text, c.relname::text, t.tgname::text, t.tgenabled::text, has_parameter_privilege('session_replication_role', 'SET')
        FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE t.tgrelid IN (SELECT oid FROM below) AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND (t.tgtype & $2) <> 0
        ORDER BY t.tgparentid <> 0, t.tgrelid, t.tgname
        """;

    // Bits of pg_trigger.tgtype.
    private const short Insert = 1 << 2;
    private const short Delete = 1 << 3;
    private const short Truncate = 1 << 5;

    private readonly List<Trigger> _firing = [];
    private readonly bool _byRole;

    private QuietTriggers(List<Trigger> triggers, bool mayBecomeReplica)
    {
        _byRole = mayBecomeReplica && triggers.All(trigger => trigger.State == 'O');
        _firing.AddRange(triggers.Where(trigger => trigger.State is 'O' or 'A'));
    }

    /// <summary>True when they have to be disabled one by one, under SHARE ROW EXCLUSIVE.</summary>
    public bool NeedsLock => _firing.Count > 0 && !_byRole;

    public static async Task<QuietTriggers> FindAsync(NpgsqlConnection connection, TableName source, MoveMode mode, CancellationToken cancellationToken)
    {
        await using var command = MoveSql.Command(connection, Sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.ToSql() });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = mode == MoveMode.Delete ? Delete : (short)(Truncate | Insert) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var triggers = new List<Trigger>();
        var mayBecomeReplica = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            triggers.Add(new Trigger(new TableName(reader.GetString(0), reader.GetString(1)), reader.GetString(2), reader.GetString(3)[0]));
            mayBecomeReplica = reader.GetBoolean(4);
        }

        return new QuietTriggers(triggers, mayBecomeReplica);
    }

    /// <summary>From here to <see cref="EndAsync"/> they do not fire in this transaction.</summary>
    /// <exception cref="PostgresException">42501: the gateway's user may neither set the role nor alter the table.</exception>
    public Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => _byRole
        ? _firing.Count == 0 ? Task.CompletedTask : MoveSql.ExecuteAsync(connection, "SET LOCAL session_replication_role = replica", cancellationToken)
        : AlterAsync(connection, _ => "DISABLE TRIGGER", cancellationToken);

    public Task EndAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => _byRole
        ? _firing.Count == 0 ? Task.CompletedTask : MoveSql.ExecuteAsync(connection, "SET LOCAL session_replication_role = DEFAULT", cancellationToken)
        : AlterAsync(connection, trigger => trigger.State == 'A' ? "ENABLE ALWAYS TRIGGER" : "ENABLE TRIGGER", cancellationToken);

    private async Task AlterAsync(NpgsqlConnection connection, Func<Trigger, string> change, CancellationToken cancellationToken)
    {
        foreach (var trigger in _firing)
        {
            // ONLY: each partition has its own, which may be in another state.
            await MoveSql.ExecuteAsync(
                connection, $"ALTER TABLE ONLY {trigger.Table.ToSql()} {change(trigger)} {SqlIdentifier.Quote(trigger.Name)}", cancellationToken);
        }
    }

    /// <param name="State">As <c>pg_trigger.tgenabled</c>: O fires, A fires always, R on replicas alone.</param>
    private sealed record Trigger(TableName Table, string Name, char State);
}
