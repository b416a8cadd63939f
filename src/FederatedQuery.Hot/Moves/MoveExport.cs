using FederatedQuery.Columns;
using FederatedQuery.Hot.Introspection;
using FederatedQuery.Hot.Scans;
using FederatedQuery.Iceberg.Spec;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>
/// The reading half of a move: one snapshot of the source, which nobody waits for but those who want to drop or truncate it. Dispose of it
/// before <see cref="MoveFinish"/>, which would wait for it.
/// </summary>
public sealed class MoveExport : IAsyncDisposable
{
    private readonly HotReadSession _session;
    private readonly PostgresTable _source;

    private MoveExport(HotReadSession session, PostgresTable source, SourceColumns columns, string timeColumn, ExportedRows rows)
    {
        _session = session;
        _source = source;
        Columns = columns;
        TimeColumn = timeColumn;
        Rows = rows;
    }

    public ExportedRows Rows { get; }

    /// <summary>The source as of the snapshot.</summary>
    public PostgresTable Source => _source;

    /// <summary>The columns as the table numbers them, whose partition the source may be: a partition has numbers of its own.</summary>
    public SourceColumns Columns { get; }

    /// <summary>As it is called in the snapshot.</summary>
    public string TimeColumn { get; }

    /// <param name="source">The owner's connections.</param>
    /// <param name="unit">What to read.</param>
    /// <param name="timeColumn">Tells the unit's rows from others in the same source.</param>
    /// <param name="held">Read these alone; null: all of the unit.</param>
    /// <param name="lockTimeout">How long to wait for an exclusive lock of somebody else.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HotException">The source is gone, or has a column that cannot move. Immovable: something holds the table's rows.</exception>
    /// <exception cref="PostgresException">The lock was not to be had in time (55P03), or the source is gone (42P01).</exception>
    public static async Task<MoveExport> OpenAsync(
        NpgsqlDataSource source, MoveUnit unit, string timeColumn, HeldRows? held, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        var session = await HotReadSession.OpenAsync(source, [unit.Source], lockTimeout, cancellationToken);
        try
        {
            // Rows that a policy hides would be neither exported nor missed.
            await MoveSql.ExecuteAsync(session.Connection, "SET LOCAL row_security = off", cancellationToken);
            await MoveObstacles.RequireNoneAsync(session.Connection, unit.Table, cancellationToken);
            var (table, ofDay, time) = await UnitRows.FindAsync(session.Connection, unit, timeColumn, cancellationToken);
            table.RequireAllSupported();
            var whole = unit.Source == unit.Table
                ? table
                : await PostgresIntrospector.FindAsync(session.Connection, unit.Table, cancellationToken)
                    ?? throw new HotException(HotErrorKind.NotFound, $"There is no table '{unit.Table}' in PostgreSQL.");
            var condition = (ofDay, held?.Condition) is ({ } day, { } mine) ? $"{day} AND {mine}" : held?.Condition ?? ofDay;
            await using var command = MoveSql.Command(
                session.Connection,
                $"SELECT pg_current_snapshot()::text, count(*), coalesce(sum({MoveSql.Version}), 0)::text FROM {unit.Source.ToSql()}{MoveSql.Where(condition)}");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new MoveExport(session, table, whole.AsSource, time, new ExportedRows
            {
                // Never to be truncated for a part of them.
                Unit = held is null ? unit : unit with { IsWholeSource = false },
                Snapshot = reader.GetString(0),
                Rows = reader.GetInt64(1),
                VersionSum = reader.GetString(2),
                Condition = condition,
                Columns = [.. table.Columns.Where(column => !column.IsGenerated).Select(column => column.Name)],
                ColumnList = table.ColumnList,
                SourceOid = table.Oid,
            });
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The rows, with those columns of the cold table's schema that the hot table still has. A type that the cold table has widened stays as narrow as it
    /// is here.
    /// </summary>
    /// <exception cref="HotException">The hot table has a column that the schema lacks (its values would be lost), or of another type.</exception>
    public HotScan Scan(Schema schema)
    {
        foreach (var column in _source.Columns)
        {
            var field = schema.Fields.FirstOrDefault(field => field.Name == column.Name);
            if (field is null || (field.Required && !column.Field.Required))
            {
                var problem = field is null ? "is not in the cold table" : "may be null, which the cold table does not allow";
                throw new HotException(
                    HotErrorKind.Unsupported,
                    $"Table '{Rows.Unit.Table}' cannot move: its column '{column.Name}' ({column.Type.Name}) {problem}. The hot table was altered after it was made tiered.");
            }
        }

        var fields = schema.Fields.Where(field => _source.FindColumn(field.Name) is not null).Select(field =>
            _source.FindColumn(field.Name)!.Field.Type is PrimitiveType narrow && TypePromotion.IsAllowed(narrow, field.Type, TableMetadata.HighestFormatVersion)
                ? field with { Type = narrow }
                : field);
        return new HotScan(_session, _source, new Schema(schema.SchemaId, new StructType([.. fields]))) { Where = Rows.Condition };
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();
}
