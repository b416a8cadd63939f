using System.Globalization;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>What must hold of a table for a commit to be made.</summary>
public abstract record TableRequirement
{
    private protected TableRequirement()
    {
    }

    /// <summary>Its name in JSON, such as <c>assert-create</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Why a table does not meet the requirement, in a clause; null when it does.</summary>
    /// <param name="table">Null: there is no such table.</param>
    public string? Mismatch(TableMetadata? table) => table is null ? "the table does not exist" : MismatchOf(table);

    private protected abstract string? MismatchOf(TableMetadata table);

    private protected static string? Compare(string what, int actual, int expected) => actual == expected
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"{what} is {actual}, expected {expected}");
}

/// <summary>The table must not exist yet. Whoever applies a commit with it to nothing has met it.</summary>
public sealed record AssertCreate : TableRequirement
{
    public override string Type => "assert-create";

    private protected override string? MismatchOf(TableMetadata table) => "the table exists already";
}

public sealed record AssertTableUuid(string Uuid) : TableRequirement
{
    public override string Type => "assert-table-uuid";

    private protected override string? MismatchOf(TableMetadata table) => string.Equals(table.TableUuid, Uuid, StringComparison.OrdinalIgnoreCase)
        ? null
        : $"the table's UUID is {table.TableUuid ?? "missing"}, expected {Uuid}";
}

/// <param name="SnapshotId">Null: the reference must not exist.</param>
public sealed record AssertRefSnapshotId(string Ref, long? SnapshotId) : TableRequirement
{
    public override string Type => "assert-ref-snapshot-id";

    private protected override string? MismatchOf(TableMetadata table)
    {
        table.Refs.TryGetValue(Ref, out var found);
        return (found, SnapshotId) switch
        {
            (null, null) => null,
            ({ } reference, null) => $"{Name(reference)} '{Ref}' was created concurrently, at snapshot {reference.SnapshotId}",
            (null, { } expected) => $"branch or tag '{Ref}' is missing, expected at snapshot {expected}",
            ({ } reference, { } expected) => reference.SnapshotId == expected
                ? null
                : $"{Name(reference)} '{Ref}' has changed: it is at snapshot {reference.SnapshotId}, expected {expected}",
        };
    }

    private static string Name(SnapshotRef reference) => reference.Type == SnapshotRefType.Branch ? "branch" : "tag";
}

public sealed record AssertLastAssignedFieldId(int LastAssignedFieldId) : TableRequirement
{
    public override string Type => "assert-last-assigned-field-id";

    private protected override string? MismatchOf(TableMetadata table) => Compare("the last assigned field id", table.LastColumnId, LastAssignedFieldId);
}

public sealed record AssertCurrentSchemaId(int CurrentSchemaId) : TableRequirement
{
    public override string Type => "assert-current-schema-id";

    private protected override string? MismatchOf(TableMetadata table) => Compare("the current schema", table.CurrentSchemaId, CurrentSchemaId);
}

public sealed record AssertLastAssignedPartitionId(int LastAssignedPartitionId) : TableRequirement
{
    public override string Type => "assert-last-assigned-partition-id";

    private protected override string? MismatchOf(TableMetadata table) =>
        Compare("the last assigned partition id", table.LastPartitionId, LastAssignedPartitionId);
}

public sealed record AssertDefaultSpecId(int DefaultSpecId) : TableRequirement
{
    public override string Type => "assert-default-spec-id";

    private protected override string? MismatchOf(TableMetadata table) => Compare("the default partition spec", table.DefaultSpecId, DefaultSpecId);
}

public sealed record AssertDefaultSortOrderId(int DefaultSortOrderId) : TableRequirement
{
    public override string Type => "assert-default-sort-order-id";

    private protected override string? MismatchOf(TableMetadata table) => Compare("the default sort order", table.DefaultSortOrderId, DefaultSortOrderId);
}
