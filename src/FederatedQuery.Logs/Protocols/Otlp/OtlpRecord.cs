using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>A <c>LogRecord</c>, but for its attributes.</summary>
internal ref struct OtlpRecord
{
    /// <summary>Nanoseconds since 1970; 0: not known.</summary>
    public ulong Time;

    public ulong ObservedTime;
    public long SeverityNumber;
    public uint Flags;
    public uint DroppedAttributes;
    public ReadOnlySpan<byte> SeverityText;

    /// <summary>An <c>AnyValue</c>; empty: none.</summary>
    public ReadOnlySpan<byte> Body;

    public ReadOnlySpan<byte> TraceId;
    public ReadOnlySpan<byte> SpanId;
    public ReadOnlySpan<byte> EventName;
    public ReadOnlySpan<byte> Problem;

    /// <exception cref="LogRequestException">Malformed.</exception>
    public static OtlpRecord Read(ReadOnlySpan<byte> message)
    {
        var record = default(OtlpRecord);
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            switch (reader.Field)
            {
                case OtlpFields.RecordTime:
                    record.Time = reader.Fixed64();
                    break;
                case OtlpFields.RecordObservedTime:
                    record.ObservedTime = reader.Fixed64();
                    break;
                case OtlpFields.RecordSeverityNumber:
                    record.SeverityNumber = (long)reader.UInt64();
                    break;
                case OtlpFields.RecordFlags:
                    record.Flags = reader.Fixed32();
                    break;
                case OtlpFields.RecordDroppedAttributes:
                    record.DroppedAttributes = (uint)reader.UInt64();
                    break;
                case OtlpFields.RecordSeverityText:
                    record.SeverityText = reader.Bytes();
                    break;
                case OtlpFields.RecordBody:
                    record.Body = reader.Bytes();
                    break;
                case OtlpFields.RecordTraceId:
                    record.TraceId = reader.Bytes();
                    break;
                case OtlpFields.RecordSpanId:
                    record.SpanId = reader.Bytes();
                    break;
                case OtlpFields.RecordEventName:
                    record.EventName = reader.Bytes();
                    break;
                case OtlpFields.RecordProblem:
                    record.Problem = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return record;
    }
}
