using System.Buffers;
using System.Globalization;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>
/// Logs of the OpenTelemetry protocol (https://opentelemetry.io/docs/specs/otlp/): <c>ExportLogsServiceRequest</c> as protobuf or JSON. Attributes
/// become metadata by their names, those of resource and scope below <c>resource</c> and <c>scope</c>; some are columns too (<see cref="OtlpNames"/>).
/// </summary>
public sealed class OtlpLogs
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    private readonly LogBatchBuilder _batch;
    private readonly ArrayBufferWriter<byte> _resource = new(256);
    private readonly ArrayBufferWriter<byte> _scope = new(64);
    private readonly ArrayBufferWriter<byte> _metadata = new(256);

    private OtlpLogs(LogBatchBuilder batch)
    {
        _batch = batch;
    }

    /// <summary>Reads a request in protobuf.</summary>
    /// <exception cref="LogRequestException">It is broken: nothing of the batch may be kept.</exception>
    public static void ReadProtobuf(ReadOnlySpan<byte> body, LogBatchBuilder batch)
    {
        var logs = new OtlpLogs(batch);
        var reader = new ProtobufReader(body);
        while (reader.TryNext())
        {
            if (reader.Field == OtlpFields.RequestResourceLogs)
            {
                logs.ReadResourceLogs(reader.Bytes());
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Reads a request in OTLP's JSON.</summary>
    /// <exception cref="LogRequestException">It is broken: nothing of the batch may be kept.</exception>
    public static void ReadJson(ReadOnlySpan<byte> body, LogBatchBuilder batch)
    {
        using var message = OtlpJson.ToProtobuf(JsonLogs.WithoutMark(body));
        ReadProtobuf(message.Written, batch);
    }

    private void ReadResourceLogs(ReadOnlySpan<byte> resourceLogs)
    {
        // Fields may come in any order: the resource before the records that need it.
        var resource = Last(resourceLogs, OtlpFields.ResourceLogsResource);
        var attributes = OtlpAttributes.Of(resource, OtlpFields.ResourceAttributes);
        _resource.ResetWrittenCount();
        _resource.Write("\"resource\":{"u8);
        var isEmpty = OtlpValues.WriteMembers(_resource, resource, OtlpFields.ResourceAttributes, isFirst: true);
        _resource.Write("}"u8);
        RequestLimits.CheckShared("A resource's attributes", _resource.WrittenCount);
        if (isEmpty)
        {
            _resource.ResetWrittenCount();
        }

        var reader = new ProtobufReader(resourceLogs);
        while (reader.TryNext())
        {
            if (reader.Field == OtlpFields.ResourceLogsScopeLogs)
            {
                ReadScopeLogs(reader.Bytes(), attributes);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScopeLogs(ReadOnlySpan<byte> scopeLogs, in OtlpAttributes attributes)
    {
        WriteScope(Last(scopeLogs, OtlpFields.ScopeLogsScope));
        var reader = new ProtobufReader(scopeLogs);
        while (reader.TryNext())
        {
            if (reader.Field == OtlpFields.ScopeLogsRecords)
            {
                ReadRecord(reader.Bytes(), attributes);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void WriteScope(ReadOnlySpan<byte> scope)
    {
        _scope.ResetWrittenCount();
        _scope.Write("\"scope\":{"u8);
        var isEmpty = OtlpValues.WriteMembers(_scope, scope, OtlpFields.ScopeAttributes, isFirst: true);
        isEmpty = WriteText(_scope, "name"u8, Last(scope, OtlpFields.ScopeName), isEmpty);
        isEmpty = WriteText(_scope, "version"u8, Last(scope, OtlpFields.ScopeVersion), isEmpty);
        _scope.Write("}"u8);
        RequestLimits.CheckShared("A scope's attributes", _scope.WrittenCount);
        if (isEmpty)
        {
            _scope.ResetWrittenCount();
        }
    }

    private void ReadRecord(ReadOnlySpan<byte> message, in OtlpAttributes attributes)
    {
        var record = OtlpRecord.Read(message);
        if (Problem(record) is { } problem)
        {
            _batch.RejectRecord(problem);
            RequestLimits.Check(_batch, problem);
            return;
        }

        _batch.BeginRecord();
        var time = record.Time != 0 ? record.Time : record.ObservedTime;
        if (time != 0)
        {
            _batch.Timestamp(LogTimestamps.OfNanoseconds(time));
        }

        attributes.With(message, OtlpFields.RecordAttributes).AddTo(_batch);
        Hex(LogField.TraceId, record.TraceId);
        Hex(LogField.SpanId, record.SpanId);
        var named = LogLevels.OfName(record.SeverityText);
        var level = LogLevels.OfSeverity(record.SeverityNumber);
        level = level.IsEmpty ? named : level;
        if (!level.IsEmpty)
        {
            _batch.Text(LogField.Level, level);
        }

        AddMessage(record);
        AddMetadata(message, record, isLevelSaid: level.SequenceEqual(named));
        _batch.TryEndRecord(out var reason);
        RequestLimits.Check(_batch, reason);
    }

    private static string? Problem(in OtlpRecord record)
    {
        if (!record.Problem.IsEmpty)
        {
            return System.Text.Encoding.UTF8.GetString(record.Problem);
        }

        if (record.TraceId.Length is not (0 or TraceIdBytes))
        {
            return string.Create(CultureInfo.InvariantCulture, $"`trace_id` has {record.TraceId.Length} bytes; {TraceIdBytes} are expected.");
        }

        return record.SpanId.Length is not (0 or SpanIdBytes)
            ? string.Create(CultureInfo.InvariantCulture, $"`span_id` has {record.SpanId.Length} bytes; {SpanIdBytes} are expected.")
            : null;
    }

    /// <summary>A body that is no text is the message as JSON; an event without a body is its name.</summary>
    private void AddMessage(in OtlpRecord record)
    {
        if (record.Body.IsEmpty)
        {
            _batch.Text(LogField.Message, record.EventName);
        }
        else if (OtlpValues.TryText(record.Body, out var text))
        {
            _batch.Text(LogField.Message, text);
        }
        else
        {
            _metadata.ResetWrittenCount();
            OtlpValues.Write(_metadata, record.Body);
            _batch.Text(LogField.Message, _metadata.WrittenSpan);
        }
    }

    private void AddMetadata(ReadOnlySpan<byte> message, in OtlpRecord record, bool isLevelSaid)
    {
        _metadata.ResetWrittenCount();
        _metadata.Write("{"u8);
        var isFirst = Splice(_resource, isFirst: true);
        isFirst = Splice(_scope, isFirst);
        isFirst = WriteText(_metadata, "event_name"u8, record.EventName, isFirst);
        isFirst = WriteText(_metadata, "severity_text"u8, isLevelSaid ? default : record.SeverityText, isFirst);
        isFirst = WriteNumber("flags"u8, record.Flags, isFirst);
        isFirst = WriteNumber("dropped_attributes_count"u8, record.DroppedAttributes, isFirst);
        // Last, for of two members of one name PostgreSQL keeps the last: an attribute called "resource" is not lost.
        isFirst = OtlpValues.WriteMembers(_metadata, message, OtlpFields.RecordAttributes, isFirst);
        _metadata.Write("}"u8);
        if (!isFirst)
        {
            _batch.Metadata(_metadata.WrittenSpan);
        }
    }

    private bool Splice(ArrayBufferWriter<byte> member, bool isFirst)
    {
        _metadata.Write(isFirst || member.WrittenCount == 0 ? default : ","u8);
        _metadata.Write(member.WrittenSpan);
        return isFirst && member.WrittenCount == 0;
    }

    private bool WriteNumber(ReadOnlySpan<byte> name, long value, bool isFirst)
    {
        if (value == 0)
        {
            return isFirst;
        }

        _metadata.Write(isFirst ? default : ","u8);
        JsonText.Write(_metadata, name);
        _metadata.Write(":"u8);
        OtlpValues.WriteNumber(_metadata, value);
        return false;
    }

    private static bool WriteText(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, bool isFirst)
    {
        if (text.IsEmpty)
        {
            return isFirst;
        }

        output.Write(isFirst ? default : ","u8);
        JsonText.Write(output, name);
        output.Write(":"u8);
        JsonText.Write(output, text);
        return false;
    }

    /// <summary>Ids of nothing but zeros are none.</summary>
    private void Hex(LogField field, ReadOnlySpan<byte> id)
    {
        if (id.ContainsAnyExcept((byte)0))
        {
            Span<byte> hex = stackalloc byte[TraceIdBytes * 2];
            Convert.TryToHexStringLower(id, hex, out var written);
            _batch.Text(field, hex[..written]);
        }
    }

    /// <summary>The last field of the number: a message given twice is of no sender.</summary>
    private static ReadOnlySpan<byte> Last(ReadOnlySpan<byte> message, int field)
    {
        ReadOnlySpan<byte> found = default;
        var reader = new ProtobufReader(message);
        while (reader.TryNext())
        {
            if (reader.Field == field)
            {
                found = reader.Bytes();
            }
            else
            {
                reader.Skip();
            }
        }

        return found;
    }
}
