using System.Globalization;
using FederatedQuery.Hot.Sql;
using Npgsql;

namespace FederatedQuery.Hot.Moves;

/// <summary>What the statements of a move have in common.</summary>
internal static class MoveSql
{
    /// <summary>
    /// A row version by its table (a partition, a child), its place there and its inserting transaction, as a number: no two versions that were ever there
    /// have the same but by chance.
    /// </summary>
    public const string Version = "hashtidextended(ctid, (tableoid::bigint << 32) + xmin::text::bigint)";

    /// <summary>A large partition takes its time; a server that does not answer at all must not hold a move for ever.</summary>
    private static readonly TimeSpan StatementTimeout = TimeSpan.FromMinutes(15);

    private const ulong XidSpan = 1UL << 32;

    /// <summary>
    /// True for row versions that a snapshot does not see. A row keeps only 32 bits of its transaction's number: the rest follows from the
    /// number lying between the snapshot's oldest and the next one as of the statement that asks, which sees none from later. A frozen row whose
    /// bits happen to lie there too is taken for a late one at worst, which the sums of the exported rows then give away.
    /// </summary>
    /// <param name="snapshot">The text of a <c>pg_snapshot</c>.</param>
    public static string IsLate(string snapshot)
    {
        var oldest = ulong.Parse(snapshot.AsSpan(0, snapshot.IndexOf(':')), CultureInfo.InvariantCulture);
        var offset = string.Create(CultureInfo.InvariantCulture, $"((xmin::text::bigint - {oldest % XidSpan} + {XidSpan}) % {XidSpan})");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"({offset} < (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint) - {oldest} AND NOT pg_visible_in_snapshot(({oldest} + {offset})::text::xid8, {SqlLiteral.Text(snapshot)}::pg_snapshot))");
    }

    public static string Where(params ReadOnlySpan<string?> conditions)
    {
        var present = new List<string>();
        foreach (var condition in conditions)
        {
            if (condition is not null)
            {
                present.Add(condition);
            }
        }

        return present.Count == 0 ? "" : $" WHERE {string.Join(" AND ", present)}";
    }

    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql) =>
        new(sql, connection) { CommandTimeout = (int)StatementTimeout.TotalSeconds };

    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
