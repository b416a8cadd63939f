using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>One change of a commit. All kinds that the API lists for tables; those for views alone are refused when read.</summary>
public abstract record TableUpdate
{
    /// <summary>In place of an id: the schema, spec or order that this commit added last.</summary>
    public const int LastAdded = -1;

    private protected TableUpdate()
    {
    }

    /// <summary>Its name in JSON, such as <c>add-schema</c>.</summary>
    public abstract string Action { get; }
}

public sealed record AssignUuidUpdate(string Uuid) : TableUpdate
{
    public override string Action => "assign-uuid";
}

public sealed record UpgradeFormatVersionUpdate(int FormatVersion) : TableUpdate
{
    public override string Action => "upgrade-format-version";
}

public sealed record AddSchemaUpdate(Schema Schema) : TableUpdate
{
    public override string Action => "add-schema";
}

public sealed record SetCurrentSchemaUpdate(int SchemaId) : TableUpdate
{
    public override string Action => "set-current-schema";
}

/// <param name="HasFieldIds">False when the writer left the field ids to the catalog.</param>
public sealed record AddPartitionSpecUpdate(PartitionSpec Spec, bool HasFieldIds = true) : TableUpdate
{
    public override string Action => "add-spec";
}

public sealed record SetDefaultSpecUpdate(int SpecId) : TableUpdate
{
    public override string Action => "set-default-spec";
}

public sealed record AddSortOrderUpdate(SortOrder SortOrder) : TableUpdate
{
    public override string Action => "add-sort-order";
}

public sealed record SetDefaultSortOrderUpdate(int SortOrderId) : TableUpdate
{
    public override string Action => "set-default-sort-order";
}

public sealed record AddSnapshotUpdate(Snapshot Snapshot) : TableUpdate
{
    public override string Action => "add-snapshot";
}

public sealed record SetSnapshotRefUpdate(string RefName, SnapshotRef Reference) : TableUpdate
{
    public override string Action => "set-snapshot-ref";
}

public sealed record RemoveSnapshotsUpdate(ImmutableArray<long> SnapshotIds) : TableUpdate
{
    public override string Action => "remove-snapshots";
}

public sealed record RemoveSnapshotRefUpdate(string RefName) : TableUpdate
{
    public override string Action => "remove-snapshot-ref";
}

public sealed record SetLocationUpdate(string Location) : TableUpdate
{
    public override string Action => "set-location";
}

public sealed record SetPropertiesUpdate(ImmutableDictionary<string, string> Updates) : TableUpdate
{
    public override string Action => "set-properties";
}

public sealed record RemovePropertiesUpdate(ImmutableArray<string> Removals) : TableUpdate
{
    public override string Action => "remove-properties";
}

public sealed record SetStatisticsUpdate(StatisticsFile Statistics) : TableUpdate
{
    public override string Action => "set-statistics";
}

public sealed record RemoveStatisticsUpdate(long SnapshotId) : TableUpdate
{
    public override string Action => "remove-statistics";
}

public sealed record SetPartitionStatisticsUpdate(StatisticsFile PartitionStatistics) : TableUpdate
{
    public override string Action => "set-partition-statistics";
}

public sealed record RemovePartitionStatisticsUpdate(long SnapshotId) : TableUpdate
{
    public override string Action => "remove-partition-statistics";
}

public sealed record RemovePartitionSpecsUpdate(ImmutableArray<int> SpecIds) : TableUpdate
{
    public override string Action => "remove-partition-specs";
}

public sealed record RemoveSchemasUpdate(ImmutableArray<int> SchemaIds) : TableUpdate
{
    public override string Action => "remove-schemas";
}

/// <param name="EncryptionKey">An EncryptedKey object, kept as it is.</param>
public sealed record AddEncryptionKeyUpdate(JsonElement EncryptionKey) : TableUpdate
{
    public override string Action => "add-encryption-key";

    // The object holds key material.
    public override string ToString() => Action;
}

public sealed record RemoveEncryptionKeyUpdate(string KeyId) : TableUpdate
{
    public override string Action => "remove-encryption-key";
}
