using System.Collections.Immutable;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest.Protocol;

/// <summary>Applies the updates of a commit, in their order, by the changes of <see cref="TableMetadataChanges"/>.</summary>
public sealed class TableUpdates
{
    private readonly long _nowMs;
    private readonly bool _isNew;
    private TableMetadata _table;
    private int? _lastSchemaId;
    private int? _lastSpecId;
    private int? _lastOrderId;

    private TableUpdates(TableMetadata table, bool isNew, long nowMs)
    {
        _table = table;
        _isNew = isNew;
        _nowMs = nowMs;
    }

    /// <param name="table">The state that the commit is based on.</param>
    /// <param name="updates">Checked one by one, and the outcome as a whole.</param>
    /// <param name="nowMs">Unix milliseconds, for the snapshot log.</param>
    /// <exception cref="IcebergException">
    /// InvalidMetadata, Unsupported: an update does not suit the table. CommitConflict: a snapshot is numbered as if another had not been committed
    /// meanwhile; built again on the present state it may be committed.
    /// </exception>
    public static TableMetadata Apply(TableMetadata table, IEnumerable<TableUpdate> updates, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(updates);
        return Run(new TableUpdates(table, isNew: false, nowMs), updates);
    }

    /// <summary>The first state of a table whose updates give everything, from its UUID to its columns (createTable with stage-create).</summary>
    /// <param name="defaultLocation">For updates without set-location.</param>
    /// <inheritdoc cref="Apply(TableMetadata, IEnumerable{TableUpdate}, long)"/>
    public static TableMetadata ApplyToNothing(IReadOnlyCollection<TableUpdate> updates, string defaultLocation, long nowMs)
    {
        ArgumentNullException.ThrowIfNull(updates);

        // The highest version asked for counts from the start: types of v3 come before the upgrade in some writers' order.
        var formatVersion = updates.OfType<UpgradeFormatVersionUpdate>().Select(update => update.FormatVersion).Append(2).Max();
        var columns = updates.OfType<AddSchemaUpdate>().FirstOrDefault()?.Schema
            ?? throw IcebergException.InvalidMetadata("A commit that creates a table needs an update 'add-schema'; there is none.");
        var empty = TableMetadataChanges.Create(
            Guid.NewGuid(), defaultLocation, new Schema(0), PartitionSpec.Unpartitioned, SortOrder.Unsorted, [], nowMs, CheckFormatVersion(formatVersion)) with
        {
            // So that the first schema, spec and order take the ids that the writer has for them: 0, 0, and 1 or 0.
            Schemas = [columns.WithSchemaId(0)],
            LastColumnId = columns.HighestFieldId,
            PartitionSpecs = [],
        };
        return Run(new TableUpdates(empty, isNew: true, nowMs), updates);
    }

    private static TableMetadata Run(TableUpdates applied, IEnumerable<TableUpdate> updates)
    {
        foreach (var update in updates)
        {
            applied._table = applied.Apply(update);
        }

        var next = applied._table;
        if (next.PartitionSpecs.IsEmpty)
        {
            next = next with { PartitionSpecs = [PartitionSpec.Unpartitioned], DefaultSpecId = PartitionSpec.Unpartitioned.SpecId };
        }

        CheckWhole(next);
        return next;
    }

    private static int CheckFormatVersion(int formatVersion) => formatVersion is 2 or 3
        ? formatVersion
        : throw IcebergException.Unsupported($"Format version {formatVersion} is not written; 2 and 3 are.");

    private TableMetadata Apply(TableUpdate update) => update switch
    {
        AssignUuidUpdate assign => AssignUuid(assign.Uuid),
        UpgradeFormatVersionUpdate upgrade => Upgrade(upgrade.FormatVersion),
        AddSchemaUpdate add => AddSchema(add.Schema),
        SetCurrentSchemaUpdate set => _table.WithCurrentSchemaId(Resolve(set.SchemaId, _lastSchemaId, update)),
        AddPartitionSpecUpdate add => AddSpec(add),
        SetDefaultSpecUpdate set => _table.WithDefaultSpecId(Resolve(set.SpecId, _lastSpecId, update)),
        AddSortOrderUpdate add => AddSortOrder(add.SortOrder),
        SetDefaultSortOrderUpdate set => _table.WithDefaultSortOrderId(Resolve(set.SortOrderId, _lastOrderId, update)),
        AddSnapshotUpdate add => AddSnapshot(add.Snapshot),
        SetSnapshotRefUpdate set => _table.WithRef(set.RefName, set.Reference, _nowMs),
        RemoveSnapshotsUpdate remove => RemoveSnapshots(remove.SnapshotIds),
        RemoveSnapshotRefUpdate remove => _table.WithoutRef(remove.RefName),
        SetLocationUpdate set => set.Location.Length == 0
            ? throw IcebergException.InvalidMetadata("The update 'set-location' has an empty 'location'.")
            : _table.WithLocation(set.Location),
        SetPropertiesUpdate set => _table.WithProperties(set.Updates),
        RemovePropertiesUpdate remove => _table.WithoutProperties(remove.Removals),
        SetStatisticsUpdate set => _table.WithStatistics(set.Statistics),
        RemoveStatisticsUpdate remove => _table.WithoutStatistics(remove.SnapshotId),
        SetPartitionStatisticsUpdate set => _table.WithPartitionStatistics(set.PartitionStatistics),
        RemovePartitionStatisticsUpdate remove => _table.WithoutPartitionStatistics(remove.SnapshotId),
        RemovePartitionSpecsUpdate remove => _table.WithoutPartitionSpecs(remove.SpecIds),
        RemoveSchemasUpdate remove => _table.WithoutSchemas(remove.SchemaIds),
        AddEncryptionKeyUpdate add => _table.WithEncryptionKey(add.EncryptionKey),
        RemoveEncryptionKeyUpdate remove => _table.WithoutEncryptionKey(remove.KeyId),
        _ => throw new System.Diagnostics.UnreachableException(update.Action),
    };

    private static int Resolve(int id, int? lastAdded, TableUpdate update) => id != TableUpdate.LastAdded
        ? id
        : lastAdded ?? throw IcebergException.InvalidMetadata($"The update '{update.Action}' means the last one added (-1), but none was added before it.");

    private TableMetadata AssignUuid(string uuid)
    {
        if (!Guid.TryParse(uuid, out var parsed))
        {
            throw IcebergException.InvalidMetadata($"The update 'assign-uuid' has '{uuid}', which is no UUID.");
        }

        // Writers repeat the UUID of an existing table; another one would make it another table.
        return _isNew || _table.TableUuid is null || string.Equals(_table.TableUuid, uuid, StringComparison.OrdinalIgnoreCase)
            ? _table with { TableUuid = parsed.ToString("D") }
            : throw IcebergException.InvalidMetadata($"The table's UUID is {_table.TableUuid} and cannot become {uuid}.");
    }

    private TableMetadata Upgrade(int version)
    {
        if (version < _table.FormatVersion)
        {
            throw IcebergException.InvalidMetadata($"The table is of format version {_table.FormatVersion}; it cannot go back to {version}.");
        }

        if (version == _table.FormatVersion)
        {
            return _table;
        }

        CheckFormatVersion(version);
        var second = _table.FormatVersion == 1 ? _table.UpgradedToVersion2(Guid.NewGuid()) : _table;
        return version == 3 ? second.UpgradedToVersion3() : second;
    }

    private TableMetadata AddSchema(Schema schema)
    {
        var next = _table.WithListedSchema(schema, out var id);
        _lastSchemaId = id;
        return next;
    }

    private TableMetadata AddSpec(AddPartitionSpecUpdate update)
    {
        var next = _table.WithListedSpec(update.Spec, update.HasFieldIds, out var id);
        _lastSpecId = id;
        return next;
    }

    private TableMetadata AddSortOrder(SortOrder order)
    {
        var next = _table.WithListedSortOrder(order, out var id);
        _lastOrderId = id;
        return next;
    }

    private TableMetadata AddSnapshot(Snapshot snapshot)
    {
        // Numbered on a state that others have moved on from: no fault of the snapshot, which its writer builds again.
        if (snapshot.SequenceNumber <= _table.LastSequenceNumber && _table.FindSnapshot(snapshot.SnapshotId) is null && _table.FormatVersion >= 2)
        {
            throw new IcebergException(
                IcebergErrorKind.CommitConflict,
                $"Snapshot {snapshot.SnapshotId} has the sequence number {snapshot.SequenceNumber}, and the table's last one is {_table.LastSequenceNumber}. Reload the table and build the commit on it.");
        }

        if (snapshot.FirstRowId is { } first && _table.NextRowId is { } next && first < next)
        {
            throw new IcebergException(
                IcebergErrorKind.CommitConflict,
                $"Snapshot {snapshot.SnapshotId} begins with the row id {first}, and the table's next one is {next}. Reload the table and build the commit on it.");
        }

        return _table.WithSnapshot(snapshot);
    }

    /// <summary>References to what goes, go too, as in Java's catalogs; <c>main</c> must have moved before.</summary>
    private TableMetadata RemoveSnapshots(ImmutableArray<long> ids)
    {
        var expired = ids.ToHashSet();
        var next = _table;
        foreach (var (name, reference) in _table.Refs)
        {
            if (name != SnapshotRef.MainBranch && expired.Contains(reference.SnapshotId))
            {
                next = next.WithoutRef(name);
            }
        }

        return next.WithoutSnapshots(ids);
    }

    /// <summary>What the parts must be to each other, checked at the end alone: writers send a dropped column and its partition field in either order.</summary>
    private static void CheckWhole(TableMetadata table)
    {
        TableMetadataRules.CheckCurrentSchema(table.Schemas, table.CurrentSchemaId);
        TableMetadataRules.Check(table);
        table.DefaultSpec.CheckWritable(table.CurrentSchema);
        foreach (var sorted in table.DefaultSortOrder.Fields.Where(field => table.CurrentSchema.FindField(field.SourceId) is null))
        {
            throw IcebergException.InvalidMetadata($"The default sort order uses the field {sorted.SourceId}, which the current schema does not have.");
        }
    }
}
