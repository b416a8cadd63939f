namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>Field numbers of opentelemetry-proto's <c>logs.proto</c>, <c>common.proto</c> and <c>resource.proto</c> (1.5).</summary>
internal static class OtlpFields
{
    public const int RequestResourceLogs = 1;

    public const int ResourceLogsResource = 1;
    public const int ResourceLogsScopeLogs = 2;

    public const int ResourceAttributes = 1;

    public const int ScopeLogsScope = 1;
    public const int ScopeLogsRecords = 2;

    public const int ScopeName = 1;
    public const int ScopeVersion = 2;
    public const int ScopeAttributes = 3;

    public const int RecordTime = 1;
    public const int RecordSeverityNumber = 2;
    public const int RecordSeverityText = 3;
    public const int RecordBody = 5;
    public const int RecordAttributes = 6;
    public const int RecordDroppedAttributes = 7;
    public const int RecordFlags = 8;
    public const int RecordTraceId = 9;
    public const int RecordSpanId = 10;
    public const int RecordObservedTime = 11;
    public const int RecordEventName = 12;

    /// <summary>Ours: why a record that came as JSON cannot be taken.</summary>
    public const int RecordProblem = 15_000;

    public const int KeyValueKey = 1;
    public const int KeyValueValue = 2;

    public const int ValueString = 1;
    public const int ValueBool = 2;
    public const int ValueInt = 3;
    public const int ValueDouble = 4;
    public const int ValueArray = 5;
    public const int ValueKeyValues = 6;
    public const int ValueBytes = 7;

    /// <summary>Of ArrayValue and KeyValueList.</summary>
    public const int ListValues = 1;
}
