using FederatedQuery.Iceberg.Scan;

namespace FederatedQuery.Federation.Queries;

/// <summary>Which state of its tables a statement over the cold tier reads: the current one, or that of one moment, snapshot, branch or tag.</summary>
public sealed record TimeTravel
{
    /// <summary>The current state.</summary>
    public static TimeTravel None { get; } = new();

    /// <summary>The snapshot that was current then, read with its own schema. Milliseconds count.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>A snapshot, read with its own schema.</summary>
    public long? SnapshotId { get; init; }

    /// <summary>A branch, read with the table's schema, or a tag, read with that of its snapshot.</summary>
    public string? Ref { get; init; }

    /// <summary>Says which, to the millisecond.</summary>
    internal string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{AsOf?.ToUnixTimeMilliseconds()} {SnapshotId} {Ref}");

    /// <exception cref="FederatedQueryException">BadArgument: more than one is given.</exception>
    public void Check()
    {
        string?[] given = [AsOf is null ? null : "`asOf`", SnapshotId is null ? null : "`snapshotId`", Ref is null ? null : "`ref`"];
        if (given.Count(name => name is not null) > 1)
        {
            throw new FederatedQueryException(
                FailureKind.BadArgument, $"{string.Join(" and ", given.OfType<string>())} are given; give one of them, since each names a snapshot.");
        }
    }

    /// <exception cref="Iceberg.IcebergException">NotFound: the table has no such snapshot, branch or tag.</exception>
    internal TableScan Of(TableScan current) => this switch
    {
        { SnapshotId: { } id } => current.AtSnapshot(id),
        { AsOf: { } moment } => current.AtTime(moment.ToUnixTimeMilliseconds()),
        { Ref: { } name } => current.AtRef(name),
        _ => current,
    };
}
