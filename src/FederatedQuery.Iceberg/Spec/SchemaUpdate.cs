using System.Collections.Immutable;

namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// Changes a table's schema step by step, each step on what the ones before it made (spec: Schema Evolution). Fields keep their ids whatever becomes of
/// them, and new ones get ids that were never used, so that no file needs to be rewritten. Fields are named by dotted names: <c>a</c>, <c>point.x</c>,
/// <c>list.element.x</c>, <c>map.value.y</c>. Every step throws <see cref="IcebergException"/> (InvalidMetadata) when the table does not allow it.
/// </summary>
public sealed partial class SchemaUpdate
{
    private readonly TableMetadata _table;
    private int _lastColumnId;
    private Schema _schema;

    /// <param name="table">Whose current schema is changed.</param>
    public SchemaUpdate(TableMetadata table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _table = table;
        _schema = table.CurrentSchema;
        _lastColumnId = table.LastColumnId;
    }

    /// <summary>The schema as it is by now; <see cref="TableMetadataChanges.WithCurrentSchema"/> makes it the table's.</summary>
    public Schema Schema => _schema;

    /// <summary>Adds an optional field at the end: rows that were written before have null there.</summary>
    /// <param name="parent">A struct, or a list or map of structs; null: a column.</param>
    /// <param name="name">May hold dots.</param>
    /// <param name="type">Ids inside it count for nothing but must differ from each other.</param>
    /// <param name="doc">Null: none.</param>
    public SchemaUpdate Add(string? parent, string name, IcebergType type, string? doc = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(type);
        var fresh = new FreshFieldIds(new Schema(0, NestedField.OptionalField(-1, name, type, doc)), _lastColumnId).Schema;
        var target = parent is null ? null : StructOf(parent);
        _lastColumnId = fresh.HighestFieldId;
        return target is null
            ? WithColumns(_schema.Fields.Add(Named(fresh.Fields[0], parent, _schema.Type)))
            : WithChildren(target.Id, children => children.Add(Named(fresh.Fields[0], parent, (StructType)target.Type)));
    }

    /// <summary>Removes a field with all below it. Its id is never used again.</summary>
    public SchemaUpdate Drop(string name)
    {
        var field = Find(name);
        var gone = new HashSet<int>(_schema.AllFields.Where(other => IsWithin(other, field.Id)).Select(other => other.Id));
        var problem = 0 switch
        {
            _ when field.Parent is { Type: ListType or MapType } => $"it is the {field.Name} of a {(field.Parent.Type is ListType ? "list" : "map")}",
            _ when _schema.IdentifierFieldIds.Any(gone.Contains) => "it identifies rows; change the identifier fields first",
            _ when _table.DefaultSpec.Fields.FirstOrDefault(f => f.Transform is not VoidTransform && f.SourceIds.Any(gone.Contains)) is { } partition =>
                $"the table is partitioned by it ('{partition.Name}'); change the partition spec first",
            _ when _table.DefaultSortOrder.Fields.Any(sorted => sorted.SourceIds.Any(gone.Contains)) => "the table is sorted by it; change the sort order first",
            _ => null,
        };
        return problem is null
            ? WithSiblings(field, siblings => siblings.RemoveAll(sibling => sibling.Id == field.Id))
            : throw Refused("drop", field, problem);
    }

    public SchemaUpdate Rename(string name, string newName)
    {
        ArgumentException.ThrowIfNullOrEmpty(newName);
        var field = Find(name);
        return field.Parent is { Type: ListType or MapType }
            ? throw Refused("rename", field, "elements, keys and values have the names that the specification gives them")
            : Replace(field, old => old with { Name = newName });
    }

    /// <summary>Renames columns all at once, so that they may exchange their names.</summary>
    /// <param name="names">By field id, of columns alone.</param>
    public SchemaUpdate Rename(IReadOnlyDictionary<int, string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count == 0
            ? this
            : WithColumns([.. _schema.Fields.Select(field => names.TryGetValue(field.Id, out var name) ? field with { Name = name } : field)]);
    }

    /// <summary>Widens a type; see <see cref="TypePromotion"/>.</summary>
    public SchemaUpdate Promote(string name, PrimitiveType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var field = Find(name);
        if (!TypePromotion.IsAllowed(field.Type, type, _table.FormatVersion))
        {
            throw Refused("change the type of", field, $"it is of type {field.Type}, whose values are not all values of {type}");
        }

        var partition = _table.PartitionSpecs.SelectMany(spec => spec.Fields)
            .FirstOrDefault(f => f.SourceIds.Contains(field.Id) && TypePromotion.ChangesPartitions(f.Transform, field.Type, type));
        return partition is null
            ? Replace(field, old => old with { Type = type })
            : throw Refused("change the type of", field, $"files are partitioned by it ('{partition.Name}': {partition.Transform}), and would be in the wrong partitions");
    }

    /// <param name="name">The field.</param>
    /// <param name="doc">Null takes it away.</param>
    public SchemaUpdate Document(string name, string? doc) => Replace(Find(name), old => old with { Doc = doc });

    /// <summary>Lets a required field be null. There is no way back: files may hold nulls then.</summary>
    public SchemaUpdate MakeOptional(string name)
    {
        var field = Find(name);
        return field switch
        {
            _ when _schema.IdentifierFieldIds.Any(id => IsWithin(_schema.FindField(id)!, field.Id)) => throw Refused("make optional", field, "it identifies rows"),
            { Parent.Type: MapType map } when map.KeyId == field.Id => throw Refused("make optional", field, "keys are never null"),
            _ => Replace(field, old => old with { Required = false }),
        };
    }

    /// <summary>Sets the fields that identify a row: required, of a primitive type but float and double, not inside lists and maps. Empty: none.</summary>
    public SchemaUpdate Identify(params ReadOnlySpan<string> names)
    {
        var ids = ImmutableArray.CreateBuilder<int>(names.Length);
        foreach (var name in names)
        {
            ids.Add(Find(name).Id);
        }

        _schema = new Schema(_schema.SchemaId, _schema.Type, ids.ToImmutable());
        return this;
    }

    /// <summary>Makes it the first field of its struct.</summary>
    public SchemaUpdate MoveFirst(string name)
    {
        var field = Find(name);
        return Move(field, field.Parent, 0);
    }

    /// <summary>Puts it right before another field of the same struct.</summary>
    public SchemaUpdate MoveBefore(string name, string other) => MoveNextTo(name, other, 0);

    /// <summary>Puts it right after another field of the same struct.</summary>
    public SchemaUpdate MoveAfter(string name, string other) => MoveNextTo(name, other, 1);

    private SchemaUpdate MoveNextTo(string name, string other, int offset)
    {
        var (field, target) = (Find(name), Find(other));
        if (field.Id == target.Id)
        {
            throw Refused("move", field, "it cannot go next to itself");
        }

        var place = SiblingsOf(field).RemoveAll(sibling => sibling.Id == field.Id).ToList().FindIndex(sibling => sibling.Id == target.Id);
        return Move(field, target.Parent, place + offset);
    }

    private SchemaUpdate Move(SchemaField field, SchemaField? parent, int place) => field switch
    {
        { Parent.Type: not StructType } => throw Refused("move", field, "elements, keys and values have no order"),
        _ when field.Parent?.Id != parent?.Id => throw Refused("move", field, "fields are moved within their struct only"),
        _ => WithSiblings(field, siblings => siblings.RemoveAll(sibling => sibling.Id == field.Id).Insert(place, field.Field)),
    };

    private SchemaField Find(string name) => _schema.FindField(name) ?? throw IcebergException.InvalidMetadata(
        $"There is no field '{name}' in table '{_table.Location}'; its columns are {string.Join(", ", _schema.Fields.Select(field => $"'{field.Name}'"))}.");

    private SchemaField StructOf(string name)
    {
        var field = Find(name);
        var target = field.Type switch
        {
            ListType list => _schema.FindField(list.ElementId)!,
            MapType map => _schema.FindField(map.ValueId)!,
            _ => field,
        };
        return target switch
        {
            { Type: not StructType } => throw Refused("add to", field, $"it is of type {field.Type}, not a struct, nor a list or map of structs"),
            { Parent.Type: MapType map } when map.KeyId == target.Id => throw Refused("add to", field, "keys that were written would be others"),
            _ => target,
        };
    }

    private static NestedField Named(NestedField field, string? parent, StructType siblings) => siblings.Fields.All(sibling => sibling.Name != field.Name)
        ? field
        : throw IcebergException.InvalidMetadata($"There is a field '{(parent is null ? "" : parent + ".")}{field.Name}' already.");

    private static bool IsWithin(SchemaField field, int id) => field.Id == id || (field.Parent is { } parent && IsWithin(parent, id));

    private ImmutableArray<NestedField> SiblingsOf(SchemaField field) => field.Parent is { } parent ? ((StructType)parent.Type).Fields : _schema.Fields;

    private SchemaUpdate WithSiblings(SchemaField field, Func<ImmutableArray<NestedField>, ImmutableArray<NestedField>> change) => field.Parent is { } parent
        ? WithChildren(parent.Id, change)
        : WithColumns(change(_schema.Fields));

    private SchemaUpdate WithColumns(ImmutableArray<NestedField> columns)
    {
        _schema = new Schema(_schema.SchemaId, new StructType(columns), _schema.IdentifierFieldIds);
        return this;
    }

    private SchemaUpdate WithChildren(int structId, Func<ImmutableArray<NestedField>, ImmutableArray<NestedField>> change) =>
        Replace(_schema.FindField(structId)!, old => old with { Type = new StructType(change(((StructType)old.Type).Fields)) });

    private SchemaUpdate Replace(SchemaField field, Func<NestedField, NestedField> change) =>
        WithColumns([.. _schema.Fields.Select(column => Replaced(column, field.Id, change))]);

    private static NestedField Replaced(NestedField field, int id, Func<NestedField, NestedField> change) => field switch
    {
        _ when field.Id == id => change(field),
        { Type: StructType type } => field with { Type = new StructType([.. type.Fields.Select(child => Replaced(child, id, change))]) },
        { Type: ListType list } when Replaced(list.ElementField, id, change) is var element =>
            field with { Type = new ListType(element.Id, element.Type, element.Required) },
        { Type: MapType map } when (Replaced(map.KeyField, id, change), Replaced(map.ValueField, id, change)) is var (key, value) =>
            field with { Type = new MapType(key.Id, key.Type, value.Id, value.Type, value.Required) },
        _ => field,
    };

    private static IcebergException Refused(string what, SchemaField field, string reason) =>
        IcebergException.InvalidMetadata($"Cannot {what} the field '{field.FullName}': {reason}.");
}
