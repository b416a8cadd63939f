using System.Collections.Immutable;
using FederatedQuery.Iceberg;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Cold.Scanning.Schemas;

/// <summary>
/// Finds a table's fields in a data file (spec: Column Projection): by id; in files without ids by the table's name mapping; where the table has none
/// either, columns by their place, as the Java library does for files that were written before they belonged to a table, and what is in them by name.
/// </summary>
internal sealed class ColumnResolver
{
    private readonly FileSchema _file;
    private readonly Schema _schema;
    private readonly NameMapping? _mapping;
    private readonly string _location;

    /// <param name="file">The data file's columns.</param>
    /// <param name="schema">The table's, against which a name mapping is checked.</param>
    /// <param name="mapping">The table's; null: it has none.</param>
    /// <param name="location">The file, for errors.</param>
    public ColumnResolver(FileSchema file, Schema schema, NameMapping? mapping, string location)
    {
        _file = file;
        _schema = schema;
        _mapping = mapping;
        _location = location;
    }

    /// <summary>Whether DuckDB can find columns by id itself.</summary>
    public bool IsById => _file.HasFieldIds;

    /// <returns>Null where the file does not have the column.</returns>
    /// <exception cref="IcebergException">It cannot be told which column of the file it is.</exception>
    public FoundField? FindColumn(NestedField column)
    {
        if (!_file.HasFieldIds && MetadataColumns.IsOne(column))
        {
            // Their names are reserved like their ids.
            return FindByName(_file.Fields, column.Name);
        }

        if (!_file.HasFieldIds && _mapping is null)
        {
            return FindByPlace(column);
        }

        return _file.HasFieldIds ? FindById(_file.Fields, column.Id) : FindMapped(_file.Fields, _mapping!.Fields, parent: null, column.Id);
    }

    /// <summary>The field of a struct.</summary>
    /// <inheritdoc cref="FindColumn"/>
    public FoundField? FindField(FoundField parent, int parentId, NestedField child)
    {
        var children = parent.Field.Children;
        if (_file.HasFieldIds && children.Any(field => field.FieldId is not null))
        {
            return FindById(children, child.Id);
        }

        return _file.HasFieldIds || parent.Mapping is null
            ? FindByName(children, child.Name)
            : FindMapped(children, parent.Mapping, parentId, child.Id);
    }

    /// <summary>The element of a list (0), key (0) or value (1) of a map: there is one alone, whatever its id.</summary>
    public FoundField Item(FoundField parent, int index, NestedField item) =>
        new(parent.Field.Children[index], index, parent.Mapping?.Find(item.Name)?.Fields ?? (parent.Mapping is null ? null : NoMapping));

    private static MappedFields NoMapping { get; } = NameMapping.Parse("[]").Fields;

    private static FoundField? FindById(ImmutableArray<FileField> fields, int id)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].FieldId == id)
            {
                return new FoundField(fields[i], i, null);
            }
        }

        return null;
    }

    private static FoundField? FindByName(ImmutableArray<FileField> fields, string name)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name == name)
            {
                return new FoundField(fields[i], i, null);
            }
        }

        return null;
    }

    private FoundField? FindMapped(ImmutableArray<FileField> fields, MappedFields mapping, int? parent, int id)
    {
        FoundField? found = null;
        for (var i = 0; i < fields.Length; i++)
        {
            if (mapping.Find(fields[i].Name) is not { FieldId: { } mapped } entry)
            {
                continue;
            }

            // A mapping that puts an id in another place than the schema does would give nulls or other columns' values.
            if (_schema.FindField(mapped) is { } inSchema && inSchema.Parent?.Id != parent)
            {
                throw new IcebergException(
                    IcebergErrorKind.InvalidMetadata,
                    $"The table's name mapping ('{TableProperties.DefaultNameMapping}') takes the column '{fields[i].Name}' of '{_location}', which has no field ids, for field {mapped}; "
                    + $"that is '{inSchema.FullName}' in the table's schema. Set a mapping that agrees with the schema.");
            }

            if (mapped == id)
            {
                found ??= new FoundField(fields[i], i, entry.Fields);
            }
        }

        return found;
    }

    private FoundField? FindByPlace(NestedField column)
    {
        var place = column.Id - 1;
        var named = FindByName(_file.Fields, column.Name);
        if (named is not null && named.Index != place)
        {
            throw new IcebergException(
                IcebergErrorKind.InvalidFile,
                $"The data file '{_location}' has no field ids and its table no name mapping, so columns are taken by place: field {column.Id} ('{column.Name}') would be column {place + 1} "
                + $"of the file, but the file has a column of that name as its column {named.Index + 1}. Set the table property '{TableProperties.DefaultNameMapping}'.");
        }

        return place >= 0 && place < _file.Fields.Length ? new FoundField(_file.Fields[place], place, null) : null;
    }
}

/// <param name="Field">As the file has it.</param>
/// <param name="Index">Its place among its siblings.</param>
/// <param name="Mapping">The name mapping of what is below it; null where that is not found by mapping.</param>
internal sealed record FoundField(FileField Field, int Index, MappedFields? Mapping);
