using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Tests.Protocols;

/// <summary>What a parser made of a body: the rows of the batch, read back from their binary form.</summary>
internal sealed class ParsedBatch
{
    /// <summary>Now, in all tests of parsers.</summary>
    public static readonly DateTimeOffset Now = new(2026, 5, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly long PostgresEpoch = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000;

    public List<Row> Rows { get; } = [];

    public List<RejectedRecord> Rejected { get; } = [];

    public int Accepted { get; private set; }

    public static ParsedBatch Of(Action<LogBatchBuilder> read, LogIngestOptions? options = null)
    {
        using var batch = new LogBatchBuilder(new LogLimits(options ?? new LogIngestOptions(), new FixedTime()));
        read(batch);
        var parsed = new ParsedBatch { Accepted = batch.Accepted };
        parsed.Rejected.AddRange(batch.Rejected);
        using var rows = batch.Take();
        for (var i = 0; rows is not null && i < rows.Count; i++)
        {
            parsed.Rows.Add(Read(rows.Slice(i, 1).Bytes.Span));
        }

        return parsed;
    }

    private static Row Read(ReadOnlySpan<byte> row)
    {
        var values = new Dictionary<string, string?>();
        var time = default(DateTimeOffset);
        row = row[2..];
        foreach (var field in LogTable.Schema.Fields)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(row);
            var value = length < 0 ? default : row.Slice(4, length);
            row = row[(4 + Math.Max(0, length))..];
            if (field.Id == 2)
            {
                time = DateTimeOffset.UnixEpoch.AddMicroseconds(BinaryPrimitives.ReadInt64BigEndian(value) + PostgresEpoch);
            }
            else if (field.Id > 2)
            {
                values[field.Name] = length < 0 ? null : Encoding.UTF8.GetString(field.Id == 13 ? value[1..] : value);
            }
        }

        return new Row(time, values);
    }

    public sealed record Row(DateTimeOffset Time, IReadOnlyDictionary<string, string?> Values)
    {
        public string? this[string column] => Values[column];

        public JsonElement Metadata => JsonDocument.Parse(this["metadata"] ?? "{}").RootElement;
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
