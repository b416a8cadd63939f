using System.Text;
using static FederatedQuery.Logs.Protocols.Otlp.OtlpFields;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>How a JSON value becomes a field of a protobuf message.</summary>
internal enum OtlpJsonKind
{
    Message,
    Text,
    Hex,
    Base64,
    Fixed64,
    Fixed32,
    Integer,
    Severity,
    Boolean,
    Double,
}

/// <summary>The members of a message in JSON (https://protobuf.dev/programming-guides/json/, with OTLP's own rules for ids and enums).</summary>
internal sealed class OtlpJsonMessage
{
    private readonly List<OtlpJsonMember> _members = [];

    static OtlpJsonMessage()
    {
        var (value, list, keyValue, keyValues) = (new OtlpJsonMessage(), new OtlpJsonMessage(), new OtlpJsonMessage(), new OtlpJsonMessage());
        value.Add("stringValue", ValueString, OtlpJsonKind.Text).Add("boolValue", ValueBool, OtlpJsonKind.Boolean).Add("intValue", ValueInt, OtlpJsonKind.Integer)
            .Add("doubleValue", ValueDouble, OtlpJsonKind.Double).Add("arrayValue", ValueArray, list).Add("kvlistValue", ValueKeyValues, keyValues)
            .Add("bytesValue", ValueBytes, OtlpJsonKind.Base64);
        list.Add("values", ListValues, value, isRepeated: true);
        keyValues.Add("values", ListValues, keyValue, isRepeated: true);
        keyValue.Add("key", KeyValueKey, OtlpJsonKind.Text).Add("value", KeyValueValue, value);
        Record = new OtlpJsonMessage().Add("timeUnixNano", RecordTime, OtlpJsonKind.Fixed64).Add("observedTimeUnixNano", RecordObservedTime, OtlpJsonKind.Fixed64)
            .Add("severityNumber", RecordSeverityNumber, OtlpJsonKind.Severity).Add("severityText", RecordSeverityText, OtlpJsonKind.Text)
            .Add("body", RecordBody, value).Add("attributes", RecordAttributes, keyValue, isRepeated: true)
            .Add("droppedAttributesCount", RecordDroppedAttributes, OtlpJsonKind.Integer).Add("flags", RecordFlags, OtlpJsonKind.Fixed32)
            .Add("traceId", RecordTraceId, OtlpJsonKind.Hex).Add("spanId", RecordSpanId, OtlpJsonKind.Hex).Add("eventName", RecordEventName, OtlpJsonKind.Text);
        var resource = new OtlpJsonMessage().Add("attributes", ResourceAttributes, keyValue, isRepeated: true);
        var scope = new OtlpJsonMessage().Add("name", ScopeName, OtlpJsonKind.Text).Add("version", ScopeVersion, OtlpJsonKind.Text)
            .Add("attributes", ScopeAttributes, keyValue, isRepeated: true);
        var scopeLogs = new OtlpJsonMessage().Add("scope", ScopeLogsScope, scope).Add("logRecords", ScopeLogsRecords, Record, isRepeated: true);
        var resourceLogs = new OtlpJsonMessage().Add("resource", ResourceLogsResource, resource).Add("scopeLogs", ResourceLogsScopeLogs, scopeLogs, isRepeated: true);
        Request = new OtlpJsonMessage().Add("resourceLogs", RequestResourceLogs, resourceLogs, isRepeated: true);
    }

    /// <summary><c>ExportLogsServiceRequest</c>.</summary>
    public static OtlpJsonMessage Request { get; }

    /// <summary><c>LogRecord</c>.</summary>
    public static OtlpJsonMessage Record { get; }

    /// <returns>Null for members that are not known, which are to be ignored.</returns>
    public OtlpJsonMember? Find(ReadOnlySpan<byte> name)
    {
        foreach (var member in _members)
        {
            if (name.SequenceEqual(member.Name) || name.SequenceEqual(member.ProtoName))
            {
                return member;
            }
        }

        return null;
    }

    private OtlpJsonMessage Add(string name, int field, OtlpJsonKind kind) => Add(name, field, kind, null, isRepeated: false);

    private OtlpJsonMessage Add(string name, int field, OtlpJsonMessage message, bool isRepeated = false) => Add(name, field, OtlpJsonKind.Message, message, isRepeated);

    private OtlpJsonMessage Add(string name, int field, OtlpJsonKind kind, OtlpJsonMessage? message, bool isRepeated)
    {
        var snake = string.Concat(name.Select(letter => char.IsAsciiLetterUpper(letter) ? $"_{char.ToLowerInvariant(letter)}" : letter.ToString()));
        _members.Add(new OtlpJsonMember(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(snake), field, kind, message, isRepeated));
        return this;
    }
}

/// <param name="Name">In lower camel case.</param>
/// <param name="ProtoName">As in the .proto file; parsers take both.</param>
/// <param name="Message">Of kind <see cref="OtlpJsonKind.Message"/>: what is in it.</param>
internal sealed record OtlpJsonMember(byte[] Name, byte[] ProtoName, int Field, OtlpJsonKind Kind, OtlpJsonMessage? Message, bool IsRepeated);
