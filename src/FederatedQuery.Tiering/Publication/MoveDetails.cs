using System.Text.Json;
using FederatedQuery.Hot.Control;
using FederatedQuery.Hot.Moves;

namespace FederatedQuery.Tiering.Publication;

/// <summary>What another process needs to know to finish a move.</summary>
internal sealed record MoveDetails(ExportedRows Rows, string Checksum)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static MoveDetails Parse(string json) =>
        JsonSerializer.Deserialize<MoveDetails>(json) ?? throw new InvalidOperationException("The details of a move are null.");

    /// <summary>For the ledger.</summary>
    public Move ToMove(long snapshotId, string metadataLocation, DateTimeOffset at) => new()
    {
        Schema = Rows.Unit.Table.Schema,
        Name = Rows.Unit.Table.Name,
        Day = Rows.Unit.Day,
        Rows = Rows.Rows,
        Checksum = Checksum,
        SnapshotId = snapshotId,
        MetadataLocation = metadataLocation,
        MovedAt = at.ToUniversalTime(),
    };
}
