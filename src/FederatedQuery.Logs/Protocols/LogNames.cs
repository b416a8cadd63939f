using System.Text;

namespace FederatedQuery.Logs.Protocols;

/// <summary>What the members of a JSON record mean.</summary>
internal sealed class LogNames
{
    public const int TimestampId = 2;
    public const int LevelId = 3;
    public const int MessageId = 4;
    private const int ResourceId = 5;
    private const int TraceId = 6;
    private const int SpanId = 7;
    private const int CommitId = 8;
    private const int ParentResourceId = 9;
    private const int UserId = 10;
    public const int MetadataId = 13;

    private readonly Name[][] _byLength;

    private LogNames(bool normalizesLevels, params Name[] names)
    {
        NormalizesLevels = normalizesLevels;
        _byLength = new Name[names.Max(name => name.Text.Length) + 1][];
        for (var length = 0; length < _byLength.Length; length++)
        {
            _byLength[length] = [.. names.Where(name => name.Text.Length == length)];
        }
    }

    /// <summary>The contract's own names and nothing else.</summary>
    public static LogNames Contract { get; } = new(normalizesLevels: false, [.. Own(), Group("metadata", MetadataId, ("parentResourceId", ParentResourceId), ("parent_resource_id", ParentResourceId))]);

    /// <summary>Also those of the shippers that speak to Elasticsearch: ECS, Logstash, Fluent Bit, Vector, rsyslog, syslog-ng. Of several the first counts, the others stay metadata.</summary>
    public static LogNames Shippers { get; } = new(
        normalizesLevels: true,
        [
            .. Own().Where(name => name.Field != TimestampId),
            Group("metadata", MetadataId, ("parentResourceId", ParentResourceId), ("parent_resource_id", ParentResourceId)),
            new Name("@timestamp"u8.ToArray(), TimestampId, 0, []),
            .. Aliases(TimestampId, "timestamp", "time", "ts", "date"),
            .. Aliases(MessageId, "msg", "MESSAGE", "_msg"),
            .. Aliases(LevelId, "log.level", "severity", "severity_text", "loglevel", "levelname", "lvl", "PRIORITY"),
            .. Aliases(ResourceId, "service.name", "host.name", "hostname", "HOST"),
            .. Aliases(TraceId, "trace.id", "traceID"),
            .. Aliases(SpanId, "span.id", "spanID"),
            .. Aliases(UserId, "user.id"),
            .. Aliases(CommitId, "service.version"),
            Group("log", MessageId, ("level", LevelId)) with { Rank = 2 },
            Group("service", ResourceId, ("name", ResourceId), ("version", CommitId)) with { Rank = 2 },
            Group("host", ResourceId, ("name", ResourceId)) with { Rank = 3 },
            Group("trace", 0, ("id", TraceId)),
            Group("span", 0, ("id", SpanId)),
            Group("user", 0, ("id", UserId)),
        ]);

    /// <summary>Whether levels are brought to one spelling.</summary>
    public bool NormalizesLevels { get; }

    /// <returns>Null when the name means nothing in particular.</returns>
    public Name? Find(ReadOnlySpan<byte> text)
    {
        if (text.Length >= _byLength.Length)
        {
            return null;
        }

        foreach (var name in _byLength[text.Length])
        {
            if (text.SequenceEqual(name.Text))
            {
                return name;
            }
        }

        return null;
    }

    private static Name[] Own() =>
    [
        .. LogTable.Schema.Fields.Where(field => field.Id is not (1 or MetadataId))
            .SelectMany(field => new[] { LogFields.NameOf(field.Name), field.Name }.Distinct(), (field, text) => new Name(Encoding.ASCII.GetBytes(text), field.Id, 0, [])),
    ];

    private static IEnumerable<Name> Aliases(int field, params string[] names) =>
        names.Select((text, index) => new Name(Encoding.ASCII.GetBytes(text), field, index + 1, []));

    private static Name Group(string text, int field, params (string Text, int Field)[] children) => new(
        Encoding.ASCII.GetBytes(text), field, 0, [.. children.Select((child, index) => new Name(Encoding.ASCII.GetBytes(child.Text), child.Field, index + 1, []))]);

    /// <param name="Text">As it is written.</param>
    /// <param name="Field">The column's id; 0: none, it stays metadata.</param>
    /// <param name="Rank">0: the column's own name. Of two names for a column the one of lower rank counts.</param>
    /// <param name="Children">What members of the value mean, when it is an object. The object stays metadata with all of them.</param>
    public sealed record Name(byte[] Text, int Field, int Rank, Name[] Children);
}
