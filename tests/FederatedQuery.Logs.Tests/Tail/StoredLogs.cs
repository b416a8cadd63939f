using System.Text;
using FederatedQuery.Logs.Tail;
using Npgsql;
using NpgsqlTypes;

namespace FederatedQuery.Logs.Tests.Tail;

/// <summary>The table of log records, and batches stored in it as ingest stores them.</summary>
internal static class StoredLogs
{
    public static async Task CreateTableAsync(NpgsqlDataSource source)
    {
        var columns = LogTable.Schema.Fields.Select(field => $"\"{field.Name}\" " + (field.Name switch
        {
            LogTable.KeyColumn => "uuid NOT NULL",
            LogTable.TimeColumn => "timestamptz NOT NULL",
            _ => (LogTable.JsonFieldIds.Contains(field.Id) ? "jsonb" : "text") + (field.Required ? " NOT NULL" : ""),
        }));
        await using var command = source.CreateCommand($"CREATE TABLE logs ({string.Join(", ", columns)}); CREATE INDEX ON logs USING brin (\"timestamp\")");
        await command.ExecuteNonQueryAsync();
    }

    /// <param name="texts">Of all columns after id and timestamp.</param>
    public static TailRecord Record(Guid id, long micros, IReadOnlyList<string?> texts)
    {
        var builder = new TailRecord.TextBuilder();
        foreach (var text in texts)
        {
            if (text is null)
            {
                builder.AddNull();
            }
            else
            {
                builder.Add(Encoding.UTF8.GetBytes(text));
            }
        }

        return new TailRecord(id, micros, builder);
    }

    public static async Task InsertAsync(NpgsqlConnection connection, IEnumerable<TailRecord> records)
    {
        await using var import = await connection.BeginBinaryImportAsync("COPY logs FROM STDIN (FORMAT binary)");
        foreach (var record in records)
        {
            await import.StartRowAsync();
            await import.WriteAsync(record.Id, NpgsqlDbType.Uuid);
            await import.WriteAsync(record.Timestamp.UtcDateTime, NpgsqlDbType.TimestampTz);
            for (var field = 3; field <= 13; field++)
            {
                if (record.GetString(field) is { } text)
                {
                    await import.WriteAsync(text, field == 13 ? NpgsqlDbType.Jsonb : NpgsqlDbType.Text);
                }
                else
                {
                    await import.WriteNullAsync();
                }
            }
        }

        await import.CompleteAsync();
    }
}
