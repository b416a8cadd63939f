using System.Text;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Loki;

/// <summary>
/// Loki's push requests (https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs): labels and structured metadata become metadata by
/// their names, some of them columns too (<see cref="LokiNames"/>); the line is the message.
/// </summary>
public static class LokiLogs
{
    private const int RequestStreams = 1;
    private const int StreamLabels = 1;
    private const int StreamEntries = 2;
    private const int EntryTimestamp = 1;
    private const int EntryLine = 2;
    private const int EntryMetadata = 3;
    private const int TimestampSeconds = 1;
    private const int TimestampNanos = 2;
    private const int PairName = 1;
    private const int PairValue = 2;

    /// <summary>Reads a <c>PushRequest</c>.</summary>
    /// <param name="compressed">In Snappy's block format, as Loki's clients send it.</param>
    /// <param name="maxBytes">Bytes that it may have uncompressed.</param>
    /// <exception cref="LogRequestException">It is broken or too large: nothing of the batch may be kept.</exception>
    public static void ReadProtobuf(ReadOnlySpan<byte> compressed, int maxBytes, LogBatchBuilder batch)
    {
        var stream = new LokiStream(batch);
        var reader = new ProtobufReader(SnappyBlock.Decode(compressed, maxBytes));
        while (reader.TryNext())
        {
            if (reader.Field == RequestStreams)
            {
                ReadStream(reader.Bytes(), stream);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadStream(ReadOnlySpan<byte> message, LokiStream stream)
    {
        stream.BeginStream();
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            if (reader.Field != StreamLabels)
            {
                reader.Skip();
            }
            else if (reader.Bytes() is var labels && !LokiLabels.TryRead(labels, stream))
            {
                throw LogRequestException.Malformed(
                    $"The labels of a stream are '{Encoding.UTF8.GetString(labels[..Math.Min(labels.Length, 64)])}'; a set such as {{job=\"web\", host=\"a\"}} is expected.");
            }
        }

        stream.EndLabels();
        reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            if (reader.Field == StreamEntries)
            {
                ReadEntry(reader.Bytes(), stream);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadEntry(ReadOnlySpan<byte> message, LokiStream stream)
    {
        stream.BeginEntry();
        long micros = 0;
        ReadOnlySpan<byte> line = default;
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case EntryTimestamp:
                    micros = Timestamp(reader.Bytes());
                    break;
                case EntryLine:
                    line = reader.Bytes();
                    break;
                case EntryMetadata:
                    var pair = new ProtobufReader(reader.Bytes());
                    ReadOnlySpan<byte> name = default, value = default;
                    while (pair.TryNext())
                    {
                        name = pair.Field == PairName ? pair.Bytes() : name;
                        value = pair.Field == PairValue ? pair.Bytes() : value;
                        if (pair.Field is not (PairName or PairValue))
                        {
                            pair.Skip();
                        }
                    }

                    stream.Add(name, value);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        stream.EndEntry(micros, line);
    }

    private static long Timestamp(ReadOnlySpan<byte> message)
    {
        long seconds = 0, nanos = 0;
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case TimestampSeconds:
                    seconds = (long)reader.UInt64();
                    break;
                case TimestampNanos:
                    nanos = (long)reader.UInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        // Far beyond what is taken; a product of them must not wrap around.
        return (Math.Clamp(seconds, -1_000_000_000_000, 1_000_000_000_000) * 1_000_000) + (Math.Clamp(nanos, 0, 999_999_999) / 1_000);
    }
}
