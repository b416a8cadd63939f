using System.Collections.Immutable;
using System.Text.Json;
using FederatedQuery.Iceberg.Catalogs.Rest.Protocol;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Iceberg.Catalogs.Rest;

/// <summary>
/// A commit as the REST catalog takes it: the updates that lead from one state of a table to the next, and what they require of the table, as Java's
/// client requires it. What others changed besides stays, so two commits that do not touch the same things both succeed.
/// </summary>
internal sealed class TableDifference
{
    private const string EncryptionKeys = "encryption-keys";

    private readonly TableMetadata _from;
    private readonly TableMetadata _to;
    private readonly ImmutableArray<TableUpdate>.Builder _updates = ImmutableArray.CreateBuilder<TableUpdate>();

    private TableDifference(TableMetadata from, TableMetadata to)
    {
        _from = from;
        _to = to;
    }

    /// <summary>In an order in which they can be applied one by one.</summary>
    public static ImmutableArray<TableUpdate> Updates(TableMetadata from, TableMetadata to)
    {
        var difference = new TableDifference(from, to);
        difference.AddTable();
        difference.AddSchemas();
        difference.AddSpecs();
        difference.AddSortOrders();
        difference.AddSnapshots();
        difference.AddProperties();
        difference.AddStatistics();
        difference.AddEncryptionKeys();
        difference.AddRemovalsOfListed();
        return difference._updates.ToImmutable();
    }

    /// <summary>What must still hold of the table for the updates to mean what they meant in <paramref name="from"/>.</summary>
    public static ImmutableArray<TableRequirement> Requirements(TableMetadata from, IEnumerable<TableUpdate> updates)
    {
        IEnumerable<TableRequirement> own = from.TableUuid is { } uuid ? [new AssertTableUuid(uuid)] : [];
        return [.. own.Concat(updates.SelectMany(update => RequirementsOf(from, update))).Distinct()];
    }

    /// <summary>Whether a table holds all that updates would change, so that a commit of them whose answer was lost counts as made.</summary>
    public static bool IsIn(TableMetadata table, ImmutableArray<TableUpdate> updates)
    {
        // Snapshots have ids of their own, and a commit is made whole or not at all.
        if (updates.OfType<AddSnapshotUpdate>().Any())
        {
            return updates.OfType<AddSnapshotUpdate>().Any(update => table.FindSnapshot(update.Snapshot.SnapshotId) is not null);
        }

        try
        {
            return Updates(table, TableUpdates.Apply(table, updates, table.LastUpdatedMs)).IsEmpty;
        }
        catch (IcebergException)
        {
            // They do not even apply, so they are not what the table has.
            return false;
        }
    }

    private static IEnumerable<TableRequirement> RequirementsOf(TableMetadata from, TableUpdate update) => update switch
    {
        AddSchemaUpdate => [new AssertLastAssignedFieldId(from.LastColumnId)],
        SetCurrentSchemaUpdate => [new AssertCurrentSchemaId(from.CurrentSchemaId)],
        AddPartitionSpecUpdate => [new AssertLastAssignedPartitionId(from.LastPartitionId)],
        SetDefaultSpecUpdate => [new AssertDefaultSpecId(from.DefaultSpecId)],
        SetDefaultSortOrderUpdate => [new AssertDefaultSortOrderId(from.DefaultSortOrderId)],
        SetSnapshotRefUpdate set => [RefAsItWas(from, set.RefName)],
        RemoveSnapshotRefUpdate remove => [RefAsItWas(from, remove.RefName)],
        // Files that nothing else named will be deleted, so nothing may point to what goes by now.
        RemoveSnapshotsUpdate => from.Refs.Keys.Select(name => RefAsItWas(from, name)),
        // A commit on top could have begun to use what goes.
        RemovePartitionSpecsUpdate => [new AssertDefaultSpecId(from.DefaultSpecId), .. BranchesAsTheyWere(from)],
        RemoveSchemasUpdate => [new AssertCurrentSchemaId(from.CurrentSchemaId), .. BranchesAsTheyWere(from)],
        _ => [],
    };

    private static AssertRefSnapshotId RefAsItWas(TableMetadata from, string name) =>
        new(name, from.Refs.TryGetValue(name, out var reference) ? reference.SnapshotId : null);

    private static IEnumerable<TableRequirement> BranchesAsTheyWere(TableMetadata from) =>
        from.Refs.Where(reference => reference.Value.Type == SnapshotRefType.Branch).Select(reference => RefAsItWas(from, reference.Key));

    private void AddTable()
    {
        if (_to.TableUuid is { } uuid && uuid != _from.TableUuid)
        {
            _updates.Add(new AssignUuidUpdate(uuid));
        }

        if (_to.FormatVersion != _from.FormatVersion)
        {
            _updates.Add(new UpgradeFormatVersionUpdate(_to.FormatVersion));
        }

        if (_to.Location != _from.Location)
        {
            _updates.Add(new SetLocationUpdate(_to.Location));
        }
    }

    private void AddSchemas()
    {
        var added = _to.Schemas.Where(schema => _from.FindSchema(schema.SchemaId) is null).ToList();
        _updates.AddRange(added.Select(schema => new AddSchemaUpdate(schema)));
        if (_to.CurrentSchemaId != _from.CurrentSchemaId)
        {
            _updates.Add(new SetCurrentSchemaUpdate(IdOrLast(_to.CurrentSchemaId, added.LastOrDefault()?.SchemaId)));
        }
    }

    private void AddSpecs()
    {
        var added = _to.PartitionSpecs.Where(spec => _from.FindPartitionSpec(spec.SpecId) is null).ToList();
        _updates.AddRange(added.Select(spec => new AddPartitionSpecUpdate(spec)));
        if (_to.DefaultSpecId != _from.DefaultSpecId)
        {
            _updates.Add(new SetDefaultSpecUpdate(IdOrLast(_to.DefaultSpecId, added.LastOrDefault()?.SpecId)));
        }
    }

    private void AddSortOrders()
    {
        var added = _to.SortOrders.Where(order => _from.FindSortOrder(order.OrderId) is null).ToList();
        _updates.AddRange(added.Select(order => new AddSortOrderUpdate(order)));
        if (_to.DefaultSortOrderId != _from.DefaultSortOrderId)
        {
            _updates.Add(new SetDefaultSortOrderUpdate(IdOrLast(_to.DefaultSortOrderId, added.LastOrDefault()?.OrderId)));
        }
    }

    private void AddSnapshots()
    {
        var (before, after) = (_from.Snapshots.Select(snapshot => snapshot.SnapshotId).ToHashSet(), _to.Snapshots.Select(snapshot => snapshot.SnapshotId).ToHashSet());
        _updates.AddRange(_to.Snapshots.Where(snapshot => !before.Contains(snapshot.SnapshotId)).Select(snapshot => new AddSnapshotUpdate(snapshot)));
        _updates.AddRange(_to.Refs
            .Where(reference => !_from.Refs.TryGetValue(reference.Key, out var old) || old != reference.Value)
            .Select(reference => new SetSnapshotRefUpdate(reference.Key, reference.Value)));
        _updates.AddRange(_from.Refs.Keys.Where(name => !_to.Refs.ContainsKey(name)).Select(name => new RemoveSnapshotRefUpdate(name)));
        if (before.Except(after).ToImmutableArray() is { IsEmpty: false } removed)
        {
            _updates.Add(new RemoveSnapshotsUpdate(removed));
        }
    }

    private void AddProperties()
    {
        if (_to.Properties.Where(entry => _from.Properties.GetValueOrDefault(entry.Key) != entry.Value).ToImmutableDictionary() is { IsEmpty: false } set)
        {
            _updates.Add(new SetPropertiesUpdate(set));
        }

        if (_from.Properties.Keys.Except(_to.Properties.Keys).ToImmutableArray() is { IsEmpty: false } removed)
        {
            _updates.Add(new RemovePropertiesUpdate(removed));
        }
    }

    /// <summary>Statistics of a snapshot that is removed go with it.</summary>
    private void AddStatistics()
    {
        _updates.AddRange(Changed(_from.Statistics, _to.Statistics).Select(file => new SetStatisticsUpdate(file)));
        _updates.AddRange(Gone(_from.Statistics, _to.Statistics).Select(id => new RemoveStatisticsUpdate(id)));
        _updates.AddRange(Changed(_from.PartitionStatistics, _to.PartitionStatistics).Select(file => new SetPartitionStatisticsUpdate(file)));
        _updates.AddRange(Gone(_from.PartitionStatistics, _to.PartitionStatistics).Select(id => new RemovePartitionStatisticsUpdate(id)));
    }

    private static IEnumerable<StatisticsFile> Changed(ImmutableArray<StatisticsFile> from, ImmutableArray<StatisticsFile> to) =>
        to.Where(file => from.All(old => (old.SnapshotId, old.StatisticsPath) != (file.SnapshotId, file.StatisticsPath)));

    private IEnumerable<long> Gone(ImmutableArray<StatisticsFile> from, ImmutableArray<StatisticsFile> to) => from
        .Select(file => file.SnapshotId)
        .Where(id => _to.FindSnapshot(id) is not null && to.All(file => file.SnapshotId != id))
        .Distinct();

    private void AddEncryptionKeys()
    {
        var (before, after) = (KeysOf(_from), KeysOf(_to));
        _updates.AddRange(after
            .Where(key => !before.TryGetValue(key.Key, out var old) || old.GetRawText() != key.Value.GetRawText())
            .Select(key => new AddEncryptionKeyUpdate(key.Value)));
        _updates.AddRange(before.Keys.Except(after.Keys).Select(id => new RemoveEncryptionKeyUpdate(id)));
    }

    private static Dictionary<string, JsonElement> KeysOf(TableMetadata table) =>
        table.OtherFields.TryGetValue(EncryptionKeys, out var keys) && keys.ValueKind == JsonValueKind.Array
            ? keys.EnumerateArray().ToDictionary(key => key.RequiredString("key-id", "an encryption key"))
            : [];

    /// <summary>Last of all: what is current or used by a snapshot cannot go.</summary>
    private void AddRemovalsOfListed()
    {
        if (_from.PartitionSpecs.Select(spec => spec.SpecId).Where(id => _to.FindPartitionSpec(id) is null).ToImmutableArray() is { IsEmpty: false } specs)
        {
            _updates.Add(new RemovePartitionSpecsUpdate(specs));
        }

        if (_from.Schemas.Select(schema => schema.SchemaId).Where(id => _to.FindSchema(id) is null).ToImmutableArray() is { IsEmpty: false } schemas)
        {
            _updates.Add(new RemoveSchemasUpdate(schemas));
        }
    }

    private static int IdOrLast(int id, int? lastAdded) => id == lastAdded ? TableUpdate.LastAdded : id;
}
