using System.Text.Json;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// Keeps records that were acknowledged and that PostgreSQL refuses, as JSON lines in a file beside the write-ahead log: they hold up nobody, and are not lost. Of two
/// generations of files, so that the disk has a bound. Thread-safe.
/// </summary>
internal sealed class RejectedRows(string folder)
{
    public const string FileName = "rejected.ndjson";
    private const string OlderFileName = "rejected.1.ndjson";

    private readonly Lock _lock = new();

    public string Path { get; } = System.IO.Path.Combine(folder, FileName);

    /// <summary>Told of how many records are no longer kept, for those that come.</summary>
    public Action<long> OnDropped { get; init; } = _ => { };

    /// <summary>Bytes of a file after which the next one begins.</summary>
    public long MaximumBytes { get; init; } = 64L << 20;

    /// <summary>Writes them down, on disk when it returns.</summary>
    public void Keep(IReadOnlyList<(ReadOnlyMemory<byte> Row, string Reason)> rows)
    {
        lock (_lock)
        {
            if (File.Exists(Path) && new FileInfo(Path).Length > MaximumBytes)
            {
                var older = System.IO.Path.Combine(folder, OlderFileName);
                var dropped = File.Exists(older) ? File.ReadLines(older).LongCount() : 0;
                File.Move(Path, older, overwrite: true);
                if (dropped > 0)
                {
                    OnDropped(dropped);
                }
            }

            using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.Read);
            foreach (var (row, reason) in rows)
            {
                using (var writer = new Utf8JsonWriter(file))
                {
                    Write(writer, row.Span, reason);
                }

                file.WriteByte((byte)'\n');
            }

            file.Flush(flushToDisk: true);
        }
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> row, string reason)
    {
        writer.WriteStartObject();
        writer.WriteString("reason", reason);
        for (var column = 0; column < LogTable.Columns.Length; column++)
        {
            var name = LogTable.Columns[column];
            if (!EncodedRow.TryGetField(row, column, out var value))
            {
                writer.WriteNull(name);
            }
            else if (name == LogTable.KeyColumn)
            {
                writer.WriteString(name, RecordRows.IdOf(row));
            }
            else if (name == LogTable.TimeColumn)
            {
                writer.WriteString(name, EpochTime.UtcOf(RecordRows.TimeOf(row)));
            }
            else
            {
                writer.WriteString(name, LogTable.JsonFieldIds.Contains(column + 1) ? EncodedRow.Jsonb(value) : value);
            }
        }

        writer.WriteEndObject();
    }
}
